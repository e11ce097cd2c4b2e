import sharp from 'sharp'

const COLORS = {
  red: [255, 0, 0],
  green: [0, 255, 0],
  blue: [0, 0, 255],
  yellow: [255, 255, 0],
  white: [255, 255, 255],
  black: [0, 0, 0],
} as const
export type Color = keyof typeof COLORS
type Rgb = readonly [red: number, green: number, blue: number]

type Format = 'jpeg' | 'png' | 'webp' | 'gif' | 'tiff'

/** A picture whose quarters are red and green above, blue and yellow below. */
export function quarters(widthPx: number, heightPx: number, format: Format = 'jpeg'): Promise<Buffer> {
  return drawn(widthPx, heightPx, format, (x, y) => {
    const isRight = x >= widthPx / 2
    if (y < heightPx / 2) return isRight ? 'green' : 'red'
    return isRight ? 'yellow' : 'blue'
  })
}

/** Tiles in rows, each of one color. */
export function tiles(
  colors: readonly Color[],
  columns: number,
  size: Readonly<{ widthPx: number; heightPx: number }>,
): Promise<Buffer> {
  const rows = Math.ceil(colors.length / columns)
  const at = (x: number, y: number): Color =>
    colors[Math.floor(y / size.heightPx) * columns + Math.floor(x / size.widthPx)] ?? 'black'
  return drawn(columns * size.widthPx, rows * size.heightPx, 'jpeg', at)
}

function drawn(
  widthPx: number,
  heightPx: number,
  format: Format,
  colorAt: (x: number, y: number) => Color,
): Promise<Buffer> {
  const pixels = Buffer.alloc(widthPx * heightPx * 3)
  for (let y = 0; y < heightPx; y += 1) {
    for (let x = 0; x < widthPx; x += 1) pixels.set(COLORS[colorAt(x, y)], (y * widthPx + x) * 3)
  }
  const raw = { width: widthPx, height: heightPx, channels: 3 } as const
  // Without sharing colors between pixels, so that they meet in straight lines.
  return sharp(pixels, { raw }).toFormat(format, { quality: 95, chromaSubsampling: '4:4:4' }).toBuffer()
}

/** What a picture is: format, size, and the colors at these places, which are shares of its width and height. */
export async function seen(picture: Buffer, ...places: readonly (readonly [x: number, y: number])[]): Promise<string> {
  const { format } = await sharp(picture).metadata()
  const { data, info } = await sharp(picture)
    .flatten()
    .toColourspace('srgb')
    .raw()
    .toBuffer({ resolveWithObject: true })
  const colors = places.map(([x, y]) => {
    const column = Math.min(info.width - 1, Math.floor(x * info.width))
    const row = Math.min(info.height - 1, Math.floor(y * info.height))
    const from = (row * info.width + column) * info.channels
    return nearest([data[from] ?? 0, data[from + 1] ?? 0, data[from + 2] ?? 0])
  })
  return [`${format} ${info.width}x${info.height}`, ...colors].join(' ')
}

/** The middles of the four quarters, as they are read. */
export const QUARTERS = [
  [0.25, 0.25],
  [0.75, 0.25],
  [0.25, 0.75],
  [0.75, 0.75],
] as const

function nearest(rgb: Rgb): Color {
  const distance = ([r, g, b]: Rgb): number => (r - rgb[0]) ** 2 + (g - rgb[1]) ** 2 + (b - rgb[2]) ** 2
  const names = Object.keys(COLORS) as Color[]
  return names.toSorted((a, b) => distance(COLORS[a]) - distance(COLORS[b]))[0] ?? 'black'
}

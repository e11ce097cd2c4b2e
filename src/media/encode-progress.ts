/** Follows what ffmpeg writes for `-progress`. */
export class EncodeProgress {
  /** How far the output reaches, or 0 while that is unknown. */
  outTimeMs = 0
  #frames = 0

  /** Takes one line. Returns true when it proves that the encoder got further. */
  add(line: string): boolean {
    const [name, value = ''] = line.split('=')
    const amount = Number(value)
    if (!Number.isFinite(amount)) return false
    if (name === 'frame' && amount > this.#frames) {
      this.#frames = amount
      return true
    }
    if (name === 'out_time_us' && amount / 1000 > this.outTimeMs) {
      this.outTimeMs = amount / 1000
      return true
    }
    return false
  }
}

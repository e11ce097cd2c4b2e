import { randomFillSync } from 'node:crypto'
import { mkdtemp, open, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'

const MIB = 1024 * 1024

/** Lends a file of noise; it is gone once `use` settles. */
export async function withFile(
  sizeBytes: number,
  use: (path: string, firstBytes: Buffer) => Promise<void>,
): Promise<void> {
  const directory = await mkdtemp(join(tmpdir(), 'bench-file-'))
  try {
    const path = join(directory, 'file')
    const block = randomFillSync(Buffer.alloc(Math.min(sizeBytes, 16 * MIB)))
    const handle = await open(path, 'w')
    for (let written = 0; written < sizeBytes; written += block.length) {
      await handle.write(block, 0, Math.min(block.length, sizeBytes - written))
    }
    await handle.close()
    await use(path, block.subarray(0, sizeBytes))
  } finally {
    await rm(directory, { recursive: true, force: true })
  }
}

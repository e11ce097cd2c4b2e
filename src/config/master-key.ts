import { randomBytes } from 'node:crypto'
import { link, mkdir, open, readFile, unlink } from 'node:fs/promises'
import { join } from 'node:path'

/**
 * The key that seals secrets in the database, from `<data>/master.key` (64 hexadecimal digits, readable by the owner
 * only), which is made when it is missing. Two processes that start at once agree on one key. Throws when the file
 * holds something else: a new key would make every sealed secret unreadable.
 */
export async function readOrMakeMasterKey(dataDirectory: string): Promise<Uint8Array> {
  await mkdir(dataDirectory, { recursive: true })
  const file = join(dataDirectory, 'master.key')
  const known = await readKey(file)
  if (known !== undefined) return known
  const draft = `${file}.${process.pid}`
  const handle = await open(draft, 'wx', 0o600)
  try {
    await handle.writeFile(`${randomBytes(32).toString('hex')}\n`)
    await handle.sync()
  } finally {
    await handle.close()
  }
  // A link, unlike a rename, does not replace the key that somebody else made in the meantime.
  await link(draft, file).catch((error: NodeJS.ErrnoException) => {
    if (error.code !== 'EEXIST') throw error
  })
  await unlink(draft)
  const key = await readKey(file)
  if (key === undefined) throw new Error(`${file} vanished while it was made`)
  return key
}

async function readKey(file: string): Promise<Uint8Array | undefined> {
  const text = await readFile(file, 'utf8').catch((error: NodeJS.ErrnoException) => {
    if (error.code === 'ENOENT') return undefined
    throw error
  })
  if (text === undefined) return undefined
  if (!/^[0-9a-f]{64}\s*$/.test(text)) throw new Error(`${file} does not hold 64 hexadecimal digits`)
  return Buffer.from(text.trim(), 'hex')
}

import { hashPassword } from '../../src/core/access/password.ts'

const PASSWORD = 'bright-coral-reefs'

/**
 * Once per run: hashes the password of the first user of every app that names none. To hash one is slow on purpose, which
 * took most of an app's start. It is announced as TEST_FIRST_PASSWORD_HASH.
 */
export async function hashFirstPassword(): Promise<void> {
  process.env['TEST_FIRST_PASSWORD_HASH'] = await hashPassword(PASSWORD)
}

/** The password with its hash, instead of a new one. */
export function firstPassword(): Readonly<{ password: string; hash: typeof hashPassword }> {
  const known = process.env['TEST_FIRST_PASSWORD_HASH']
  if (known === undefined) throw new Error('global-setup.ts has not run')
  const hash = async (password: string): Promise<string> => (password === PASSWORD ? known : hashPassword(password))
  return { password: PASSWORD, hash }
}

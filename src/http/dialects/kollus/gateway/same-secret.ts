import { timingSafeEqual } from 'node:crypto'

/** Compares without telling by its time how much of a guess was right. Nothing is the same as an empty secret. */
export function isSameSecret(secret: string, guess: string): boolean {
  const [a, b] = [Buffer.from(secret), Buffer.from(guess)]
  return a.length > 0 && a.length === b.length && timingSafeEqual(a, b)
}

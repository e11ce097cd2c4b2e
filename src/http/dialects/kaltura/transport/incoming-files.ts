import type { Readable } from 'node:stream'
import { DomainError } from '../../../../core/errors.ts'
import type { HeldBody } from '../../../../core/uploads/held-body.ts'
import type { FormFile } from '../../../multipart.ts'
import { pathOf } from './parameters.ts'

/**
 * A file of a request, for one reader. `fileName` is empty where the client named none. Bytes of `body` come straight
 * from the socket, or from where they had to be held.
 */
export type IncomingFile = Readonly<{ fileName: string; isEmpty: boolean; open(): Promise<Readable> }>

type Hold = (body: Readable) => Promise<HeldBody>

/** Most bytes that a request may have held before anybody is known to have a right to send them. */
export const MAX_HELD_BYTES = 64 * 1024 * 1024

/**
 * The files of one form, in the order of its calls instead of the order of its parts. The first that somebody asks for
 * when it arrives is streamed; the others are held. No file ends before the whole form does, so none of them may wait
 * for another one to be read.
 */
export class IncomingFiles {
  readonly #hold: Hold
  readonly #held = new Map<string, Readonly<{ file: FormFile; body: Promise<HeldBody> }>>()
  /** Arrived and not read yet: the form stands still until somebody does. */
  #current: FormFile | undefined
  /** Handed out, and perhaps never read. */
  #streamed: FormFile | undefined
  #ending: Readonly<{ error: unknown }> | undefined
  #wake: () => void = () => undefined
  #holdsAll = false
  #isDiscarding = false
  #heldBytes = 0

  constructor(hold: Hold) {
    this.#hold = hold
  }

  /** A request without files. */
  static none(): IncomingFiles {
    const files = new IncomingFiles(() => Promise.reject(new Error('there is no file to hold')))
    files.end(undefined)
    return files
  }

  announce(file: FormFile): void {
    if (this.#isDiscarding) file.body.resume()
    else if (this.#holdsAll || this.#current !== undefined || this.#streamed !== undefined) this.#keep(file)
    else this.#current = file
    this.#wake()
  }

  /** The form was read to its end, or broke off with `error`. */
  end(error: unknown): void {
    this.#ending = { error }
    this.#wake()
  }

  /** Resolves when a file has arrived or the form is over. */
  async arrival(): Promise<void> {
    while (this.#current === undefined && this.#held.size === 0 && this.#ending === undefined) await this.#news()
  }

  /** The file of this field; undefined when the form has none. Throws what broke the form, too_large. */
  async take(field: string): Promise<IncomingFile | undefined> {
    for (;;) {
      const held = this.#held.get(field)
      if (held !== undefined) {
        const body = await held.body
        return { ...facts(held.file), open: () => body.open() }
      }
      const file = this.#current
      this.#current = undefined
      if (file !== undefined && fieldOf(file) === field) {
        this.#streamed = file
        return { ...facts(file), open: async () => file.body }
      }
      if (file !== undefined) this.#keep(file)
      else if (this.#ending === undefined) await this.#news()
      else if (this.#ending.error === undefined) return undefined
      else throw this.#ending.error
    }
  }

  /** Holds every file until the form is over. Throws what broke the form, too_large. */
  async holdAll(): Promise<void> {
    this.#holdsAll = true
    if (this.#current !== undefined) this.#keep(this.#current)
    this.#current = undefined
    while (this.#ending === undefined) await this.#news()
    if (this.#ending.error !== undefined) throw this.#ending.error
    await Promise.all([...this.#held.values()].map(({ body }) => body))
  }

  /** Lets the rest of the form go by unread. */
  letGo(): void {
    this.#isDiscarding = true
    this.#current?.body.resume()
    this.#current = undefined
    this.#streamed?.body.resume()
  }

  /** Forgets what was held, once the form is over. */
  async discard(): Promise<void> {
    for (const { body } of this.#held.values()) {
      const held = await body.catch(() => undefined)
      await held?.discard()
    }
  }

  #keep(file: FormFile): void {
    const field = fieldOf(file)
    if (this.#held.has(field)) {
      file.body.resume()
      return
    }
    const body = this.#hold(file.body).then(async (held) => {
      this.#heldBytes += held.sizeBytes
      if (this.#heldBytes <= MAX_HELD_BYTES) return held
      await held.discard()
      throw new DomainError('too_large', 'Too many bytes came before their turn.')
    })
    // The rest of the form has to go by all the same; who asks for this file learns why there is none.
    body.catch(() => file.body.resume())
    this.#held.set(field, { file, body })
  }

  #news(): Promise<void> {
    return new Promise((resolve) => {
      this.#wake = resolve
    })
  }
}

function facts({ fileName, isEmpty }: FormFile): Pick<IncomingFile, 'fileName' | 'isEmpty'> {
  return { fileName, isEmpty }
}

function fieldOf(file: FormFile): string {
  return pathOf(file.name).join(':')
}

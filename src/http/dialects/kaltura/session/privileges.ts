/** One privilege of a session: `edit:0_abc`, or a bare name. */
type Privilege = Readonly<{ name: string; value: string }>

/** What a session may do beyond its type: the comma-separated list of a KS. */
export class Privileges {
  readonly text: string
  readonly #list: readonly Privilege[]

  constructor(text: string) {
    this.text = text
    this.#list = text
      .split(',')
      .map((item) => item.trim())
      .filter((item) => item !== '')
      .map((item) => {
        const colon = item.indexOf(':')
        return colon < 0 ? { name: item, value: '' } : { name: item.slice(0, colon), value: item.slice(colon + 1) }
      })
  }

  has(name: string): boolean {
    return this.#list.some((own) => own.name === name)
  }

  /** Every value given to this name. */
  valuesOf(name: string): readonly string[] {
    return this.#list.filter((own) => own.name === name).map(({ value }) => value)
  }

  names(): readonly string[] {
    return this.#list.map(({ name }) => name)
  }

  /** True when the session may do `name` to `id`: by its id, by `*`, or because it may do everything. */
  allows(name: string, id: string): boolean {
    if (this.has('*') || this.valuesOf('all').includes('*')) return true
    return this.valuesOf(name).some((value) => value === '*' || value.split('/').includes(id))
  }
}

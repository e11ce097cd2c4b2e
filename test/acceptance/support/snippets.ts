import { readFile } from 'node:fs/promises'

/** The programs of a document, by the name in the comment above each: `<!-- snippet: name -->`. */
export async function readSnippets(document: string): Promise<ReadonlyMap<string, string>> {
  const named = (await readFile(document, 'utf8')).matchAll(/<!-- snippet: ([a-z]+) -->\n```[a-z]+\n([\s\S]*?)```/g)
  return new Map([...named].map(([, name = '', program = '']) => [name, program]))
}

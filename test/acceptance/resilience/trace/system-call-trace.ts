/** One finished system call. `startedAt` and `endedAt` are places in the trace: what has the smaller one came first. */
export type SystemCall = Readonly<{
  name: string
  /** What its file descriptor stands for: a path, or a socket's addresses. */
  target: string
  /** The arguments as strace writes them, cut short. */
  text: string
  result: number
  startedAt: number
  endedAt: number
}>

const WHOLE = /^(\d+) +(\w+)\((.*)\) += (-?\d+)/
const STARTED = /^(\d+) +(\w+)\((.*) <unfinished \.\.\.>$/
const RESUMED = /^(\d+) +<\.\.\. (\w+) resumed>(.*)\) += (-?\d+)/
const TARGET = /^\d+<(.*?)>(?:,|$)/

/** Reads what `strace -f -yy` wrote. */
export function parseTrace(text: string): readonly SystemCall[] {
  const calls: SystemCall[] = []
  const open = new Map<string, Readonly<{ name: string; text: string; startedAt: number }>>()
  const add = (call: Omit<SystemCall, 'target'>): void => {
    calls.push({ ...call, target: TARGET.exec(call.text)?.[1] ?? '' })
  }
  for (const [place, line] of text.split('\n').entries()) {
    const [, startedBy = '', startedName = '', startedText = ''] = STARTED.exec(line) ?? []
    if (startedBy !== '') {
      open.set(startedBy, { name: startedName, text: startedText, startedAt: place })
      continue
    }
    const [, resumedBy = '', , more = '', resumedResult] = RESUMED.exec(line) ?? []
    const begun = open.get(resumedBy)
    if (begun !== undefined) {
      open.delete(resumedBy)
      add({ ...begun, text: begun.text + more, result: Number(resumedResult), endedAt: place })
      continue
    }
    const [, , name = '', callText = '', result] = WHOLE.exec(line) ?? []
    if (name !== '') add({ name, text: callText, result: Number(result), startedAt: place, endedAt: place })
  }
  return calls
}

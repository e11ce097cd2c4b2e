import { spawnSync } from 'node:child_process'
import { describe, expect, it } from 'vitest'

describe('the check of the Node that starts a script', () => {
  it('lets 20 and newer pass in silence', () => {
    expect(requireNodeInChild('20.0.0')).toEqual({ status: 0, stderr: '' })
    expect(requireNodeInChild('100.1.0')).toEqual({ status: 0, stderr: '' })
  })

  it('tells the user of an older one what to do, and ends', () => {
    const { status, stderr } = requireNodeInChild('18.20.4')
    expect(status).toBe(1)
    expect(stderr).toContain('needs Node.js 20 or newer')
    expect(stderr).toContain('this is Node.js 18.20.4')
  })
})

function requireNodeInChild(version: string) {
  const code = `import { requireNode } from ${JSON.stringify(new URL('require-node.mjs', import.meta.url).href)}
    requireNode(${JSON.stringify(version)})`
  const { status, stderr } = spawnSync(process.execPath, ['--input-type=module', '-e', code], { encoding: 'utf8' })
  return { status, stderr }
}

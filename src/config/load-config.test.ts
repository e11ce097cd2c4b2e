import { readFileSync } from 'node:fs'
import { describe, expect, it } from 'vitest'
import { ConfigError, loadConfig } from './load-config.ts'
import { configurationPage } from './variables.ts'

const noFile = (path: string): string => {
  throw new Error(`no such file: ${path}`)
}

const problemsOf = (env: Record<string, string>, readText = noFile): string[] => {
  try {
    loadConfig(env, readText)
  } catch (error) {
    if (error instanceof ConfigError) return error.message.split('\n')
    throw error
  }
  return []
}

describe('configuration', () => {
  it('runs every role on SQLite and a local disk when nothing is set', () => {
    const config = loadConfig({}, noFile)
    expect(config.http).toEqual({ host: '127.0.0.1', port: 8080, publicUrl: undefined, trustProxy: [] })
    expect([...config.roles]).toEqual(['api', 'upload', 'worker', 'console'])
    expect(config.database).toEqual({ kind: 'sqlite', file: `${config.dataDirectory}/reeldock.db` })
    expect(config.blobs).toEqual({ kind: 'disk', directory: `${config.dataDirectory}/blobs` })
  })

  it('lets Kaltura clients wait eight seconds for chunks on their way, or as long as it says', () => {
    expect(loadConfig({}, noFile).kaltura).toMatchObject({ finalChunkWaitMs: 8_000 })
    const env = { REELDOCK_KALTURA_FINAL_CHUNK_WAIT_SECONDS: '25' }
    expect(loadConfig(env, noFile).kaltura).toMatchObject({ finalChunkWaitMs: 25_000 })
    expect(problemsOf({ REELDOCK_KALTURA_FINAL_CHUNK_WAIT_SECONDS: '9999' })).toHaveLength(1)
  })

  it('lets Kaltura clients upload any type, or those that it names', () => {
    expect(loadConfig({}, noFile).kaltura.fileTypes).toEqual([])
    const env = { REELDOCK_KALTURA_FILE_TYPES: 'video/*, audio/mpeg' }
    expect(loadConfig(env, noFile).kaltura.fileTypes).toEqual(['video/*', 'audio/mpeg'])
    expect(problemsOf({ REELDOCK_KALTURA_FILE_TYPES: 'video/*,films' })).toEqual([
      expect.stringContaining('REELDOCK_KALTURA_FILE_TYPES: "films"'),
    ])
  })

  it('lets Kaltura clients approve replacements only where it says yes', () => {
    const approves = (value: string): boolean =>
      loadConfig({ REELDOCK_KALTURA_APPROVE_REPLACEMENTS: value }, noFile).kaltura.replacementsNeedApproval
    expect([approves(''), approves('no'), approves('Yes')]).toEqual([false, false, true])
    expect(problemsOf({ REELDOCK_KALTURA_APPROVE_REPLACEMENTS: '1' })).toHaveLength(1)
  })

  it('treats an empty variable as an unset one', () => {
    expect(loadConfig({ REELDOCK_PORT: '', DATABASE_URL: ' ' }, noFile).http.port).toBe(8080)
  })

  it('reports every mistake at once', () => {
    const problems = problemsOf({
      REELDOCK_PORT: '99999',
      REELDOCK_PUBLIC_URL: 'video.example.org',
      REELDOCK_ROLES: 'api,cook',
      DATABASE_URL: 'mysql://x',
      BLOB_URL: 's3://bucket',
      REELDOCK_MASTER_KEY: 'short',
      REELDOCK_LOG_LEVEL: 'loud',
      REELDOCK_BOOTSTRAP: '/nowhere.json',
      REELDOCK_PROT: '1',
    })
    expect(problems.map((line) => line.split(':')[0])).toEqual([
      'REELDOCK_PROT',
      'REELDOCK_PORT',
      'REELDOCK_PUBLIC_URL',
      'REELDOCK_ROLES',
      'DATABASE_URL',
      'BLOB_URL',
      'REELDOCK_BOOTSTRAP',
      'REELDOCK_MASTER_KEY',
      'REELDOCK_LOG_LEVEL',
    ])
    expect(problems[0]).toContain('Did you mean REELDOCK_PO')
  })

  it('takes PostgreSQL with a pool, and drops the slash at the end of the public address', () => {
    const env = {
      DATABASE_URL: 'postgres://u:p@db/reeldock',
      DATABASE_POOL_SIZE: '20',
      REELDOCK_PUBLIC_URL: 'https://v.example.org/',
    }
    const config = loadConfig(env, noFile)
    expect(config.database).toEqual({ kind: 'postgres', url: 'postgres://u:p@db/reeldock', poolSize: 20 })
    expect(config.http.publicUrl).toBe('https://v.example.org')
  })

  it('reads the keys of somebody who migrates', () => {
    const file = { project: 'demo', kollus: { accessToken: 'abcdefgh12345678' }, kaltura: { partnerId: 4711 } }
    expect(loadConfig({ REELDOCK_BOOTSTRAP: 'keys.json' }, () => JSON.stringify(file)).firstProject).toEqual(file)
  })

  it.each([
    ['not JSON', '{', 'not valid JSON'],
    ['an unknown member', '{"kolus":{}}', 'REELDOCK_BOOTSTRAP'],
    ['a key that is too short', '{"apiKey":"short"}', 'apiKey'],
    ['a partner id that is no number', '{"kaltura":{"partnerId":"101"}}', 'kaltura.partnerId'],
  ])('refuses a bootstrap file with %s and never quotes its values', (_what, text, expected) => {
    const problems = problemsOf({ REELDOCK_BOOTSTRAP: 'keys.json' }, () => text)
    expect(problems.join('\n')).toContain(expected)
    expect(problems.join('\n')).not.toContain('short"')
  })

  it('believes the proxies it is told of, and nobody by itself', () => {
    expect(loadConfig({}, noFile).http.trustProxy).toEqual([])
    const named = ['127.0.0.1', '10.0.0.0/8', 'fd00::/8']
    expect(loadConfig({ REELDOCK_TRUST_PROXY: named.join(', ') }, noFile).http.trustProxy).toEqual(named)
  })

  it.each(['proxy.internal', '10.0.0.0/33', '127.0.0.1,', 'true', '1'])('refuses %s as a proxy to believe', (value) => {
    expect(problemsOf({ REELDOCK_TRUST_PROXY: value })).toEqual([expect.stringMatching(/^REELDOCK_TRUST_PROXY: /)])
  })

  it('opens what it names to pulls, and nothing by itself', () => {
    expect(loadConfig({}, noFile).pull.allow).toEqual([])
    const named = ['10.20.0.0/16', '127.0.0.1', 'fd00::/8', '::1', 'media.internal', 'nas']
    expect(loadConfig({ REELDOCK_PULL_ALLOW: `${named.join(', ')},` }, noFile).pull.allow).toEqual(named)
  })

  it.each([
    '10.0.0.0/33',
    '::/129',
    '10.0.0.0/',
    '10.0.0.0/8/8',
    '10.0.0',
    '300.1.1.1',
    'http://nas',
    '*.internal',
    'fe80::1%eth0',
    '10.0.0.0/-1',
  ])('does not take "%s" for something to pull from', (entry) => {
    expect(problemsOf({ REELDOCK_PULL_ALLOW: `nas,${entry}` })).toEqual([
      expect.stringMatching(/^REELDOCK_PULL_ALLOW: /),
    ])
  })

  it('is described by the reference page', () => {
    expect(readFileSync('docs/operations/configuration.md', 'utf8')).toBe(configurationPage())
  })
})

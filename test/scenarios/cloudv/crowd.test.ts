import { randomBytes } from 'node:crypto'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { type CloudvApp, etagOf, exchange, MIB, startCloudvApp } from './cloudv-app.ts'

describe('a crowd', () => {
  let app: CloudvApp

  beforeAll(async () => {
    app = await startCloudvApp()
  })
  afterAll(() => app.close())

  it('of callers with one fileId gets one video, and makes the file of blocks that come all at once', async () => {
    const ask = () => app.getUploadToken({ originFileName: 'a.mp4', fileId: 'crowd', overwrite: 1 })
    const keys = (await Promise.all(Array.from({ length: 8 }, ask))).map(({ data }) => data?.fileKey)
    expect(new Set(keys).size).toBe(1)
    for (const round of ['first', 'again']) {
      const content = randomBytes(5 * MIB + 9)
      const { data } = await ask()
      const headers = { authorization: data?.uploadToken ?? '', uploadbatch: 'same' }
      const send = async (order: number): Promise<string> => {
        const body = content.subarray(order * MIB, (order + 1) * MIB)
        const answer = await exchange(app.url, `/mkblk/${body.length}/${order}`, { headers, body })
        expect(answer.status, answer.body).toBe(200)
        return (JSON.parse(answer.body) as { ctx: string }).ctx
      }
      const list = await Promise.all([0, 1, 2, 3, 4, 5].map(send))
      const made = await exchange(app.url, `/mkfile/${content.length}`, { headers, body: list.join(',') })
      expect(JSON.parse(made.body), round).toEqual({ hash: etagOf(content), key: keys[0] })
      expect((await app.stored(keys[0] ?? ''))?.content.equals(content), round).toBe(true)
    }
  })
})

import { afterAll, beforeAll, describe, expect, it, onTestFinished } from 'vitest'
import { type FormPart, type KalturaApp, newEntryOf, startKalturaApp } from './kaltura-app.ts'

let app: KalturaApp

beforeAll(async () => {
  app = await startKalturaApp({ finalChunkWaitMs: 20_000 })
})

afterAll(() => app.close())

const FIRST = { resume: 0, finalChunk: 0, resumeAt: 0 }
const at = (resumeAt: number, finalChunk = 0) => ({ resume: 1, finalChunk, resumeAt })

/** A token whose first bytes are `content`. */
async function begun(content: string): Promise<string> {
  const token = await app.newToken(app.user)
  await app.chunk(app.user, token, content, FIRST)
  return token
}

describe('uploadToken.upload', () => {
  it('takes a whole file with no word about chunks', async () => {
    const token = await app.newToken(app.user)
    const answer = await app.chunk(app.user, token, 'hello')
    expect(answer).toMatchObject({
      objectType: 'KalturaUploadToken',
      id: token,
      status: 2,
      fileName: 'holiday.mp4',
      uploadedFileSize: '5',
      autoFinalize: false,
      userId: 'ann',
      partnerId: 101,
    })
    expect(answer).not.toHaveProperty('fileSize')
    expect((await app.content(token)).toString()).toBe('hello')
  })

  it('tells the contiguous length at every step, and puts chunks where they belong', async () => {
    const token = await app.newToken(app.user)
    const steps = [
      await app.chunk(app.user, token, 'he', FIRST),
      await app.chunk(app.user, token, 'o ', at(4)),
      await app.chunk(app.user, token, 'wor', at(6)),
      await app.chunk(app.user, token, 'll', at(2)),
      await app.chunk(app.user, token, 'ld', at(9, 1)),
    ]
    expect(steps.map(({ status, uploadedFileSize }) => [status, uploadedFileSize])).toEqual([
      [1, '2'],
      [1, '2'],
      [1, '2'],
      [1, '9'],
      [2, '11'],
    ])
    expect((await app.content(token)).toString()).toBe('hello world')
  })

  it('takes a first chunk without a byte', async () => {
    const token = await begun('')
    expect(await app.call('uploadToken.get', { ks: app.user, uploadTokenId: token })).toMatchObject({
      status: 1,
      uploadedFileSize: '0',
    })
    expect(await app.chunk(app.user, token, 'hello', at(0, 1))).toMatchObject({ status: 2, uploadedFileSize: '5' })
  })

  it('starts over with resume=false, whatever was there, parked chunks included', async () => {
    const token = await begun('hello world')
    await app.chunk(app.user, token, '!!!', at(20))
    expect(await app.chunk(app.user, token, 'bye', { resume: false, finalChunk: true })).toMatchObject({
      status: 2,
      uploadedFileSize: '3',
    })
    expect((await app.content(token)).toString()).toBe('bye')
  })

  it('appends with resumeAt=-1', async () => {
    const token = await begun('hello')
    expect(await app.chunk(app.user, token, ' world', { resume: 1, finalChunk: 1 })).toMatchObject({
      status: 2,
      uploadedFileSize: '11',
    })
    expect((await app.content(token)).toString()).toBe('hello world')
  })

  it('lets newer bytes win where a chunk reaches past the end, and ignores one that is within', async () => {
    const token = await begun('hello')
    expect(await app.chunk(app.user, token, 'XX', at(1))).toMatchObject({ status: 1, uploadedFileSize: '5' })
    expect(await app.chunk(app.user, token, 'LOW!', at(3))).toMatchObject({ status: 1, uploadedFileSize: '7' })
    expect(await app.chunk(app.user, token, '', at(7, 1))).toMatchObject({ status: 2, uploadedFileSize: '7' })
    expect((await app.content(token)).toString()).toBe('helLOW!')
  })

  it('replaces a parked chunk that is sent again', async () => {
    const token = await begun('a')
    await app.chunk(app.user, token, 'xx', at(3))
    await app.chunk(app.user, token, 'de', at(3))
    await app.chunk(app.user, token, 'bc', at(1))
    expect(await app.chunk(app.user, token, '', at(5, 1))).toMatchObject({ status: 2 })
    expect((await app.content(token)).toString()).toBe('abcde')
  })

  it('ignores an empty chunk that is neither first nor last', async () => {
    const token = await begun('hello')
    const before = await app.upload(token)
    expect(await app.chunk(app.user, token, '', at(900))).toMatchObject({ status: 1, uploadedFileSize: '5' })
    expect(await app.upload(token)).toEqual(before)
  })

  it('finalises a chunk at 0 with whatever length results', async () => {
    const token = await begun('hello')
    expect(await app.chunk(app.user, token, 'xyz', at(0, 1))).toMatchObject({ status: 2, uploadedFileSize: '5' })
    expect((await app.content(token)).toString()).toBe('hello')
    const longer = await begun('hello')
    expect(await app.chunk(app.user, longer, 'HELLO WORLD', at(0, 1))).toMatchObject({
      status: 2,
      uploadedFileSize: '11',
    })
    expect((await app.content(longer)).toString()).toBe('HELLO WORLD')
  })

  it('keeps a final chunk waiting until the gaps are filled', async () => {
    const token = await begun('hello')
    const final = app.chunk(app.user, token, 'd', at(10, 1))
    expect(await app.chunk(app.user, token, ' worl', at(5))).toMatchObject({ status: 1 })
    expect(await final).toMatchObject({ status: 2, uploadedFileSize: '11' })
    expect((await app.content(token)).toString()).toBe('hello world')
  })

  it('gives up waiting in time, loses nothing, and takes the same final chunk, or an empty one, again', async () => {
    const hasty = await startKalturaApp({ finalChunkWaitMs: 300 })
    onTestFinished(() => hasty.close())
    const token = await hasty.newToken(hasty.user)
    await hasty.chunk(hasty.user, token, 'hello', FIRST)
    const refused = {
      code: 'UPLOAD_TOKEN_CANNOT_MATCH_EXPECTED_SIZE',
      message: 'Failed to match expected file size',
      args: [],
    }
    expect(await hasty.chunk(hasty.user, token, 'd', at(10, 1))).toMatchObject(refused)
    expect(await hasty.call('uploadToken.get', { ks: hasty.user, uploadTokenId: token })).toMatchObject({ status: 1 })
    expect(await hasty.chunk(hasty.user, token, '', at(11, 1))).toMatchObject(refused)
    await hasty.chunk(hasty.user, token, ' worl', at(5))
    expect(await hasty.chunk(hasty.user, token, '', at(11, 1))).toMatchObject({ status: 2, uploadedFileSize: '11' })
  })

  it('refuses types of files that the operator does not take, and forgets the token', async () => {
    const strict = await startKalturaApp({ fileTypes: ['video/*'] })
    onTestFinished(() => strict.close())
    const refused = {
      code: 'UPLOAD_TOKEN_FILE_TYPE_RESTRICTED_FOR_UPLOAD',
      message: 'Upload token is restricted due to the file type',
      objectType: 'KalturaAPIException',
      args: [],
    }
    const pdf = Buffer.from(`%PDF-1.7\n${'x'.repeat(10_000)}`)
    const token = await strict.newToken(strict.user)
    const entry = await newEntryOf(strict, strict.user)
    const resource = { objectType: 'KalturaUploadedFileTokenResource', token }
    await strict.call('media.addContent', { ks: strict.user, entryId: entry['id'], resource })
    expect(await strict.chunk(strict.user, token, pdf)).toEqual(refused)
    expect(await strict.chunk(strict.user, token, pdf)).toMatchObject({ code: 'UPLOAD_TOKEN_NOT_FOUND' })
    expect(await strict.call('media.get', { ks: strict.user, entryId: entry['id'] })).toMatchObject({ status: 7 })
    // What it is may show in the end only.
    const small = await strict.newToken(strict.user)
    expect(await strict.chunk(strict.user, small, '%PDF', FIRST)).toMatchObject({ status: 1 })
    expect(await strict.chunk(strict.user, small, '-1.7', at(4, 1))).toEqual(refused)
    const film = Buffer.concat([Buffer.from([0, 0, 0, 24]), Buffer.from('ftypisom'), Buffer.alloc(100)])
    const good = await strict.newToken(strict.user)
    expect(await strict.chunk(strict.user, good, film)).toMatchObject({ status: 2 })
  })

  it('finalises by itself when the declared size is there', async () => {
    const token = await app.newToken(app.user, { autoFinalize: 1, fileSize: 11 })
    expect(await app.chunk(app.user, token, 'hello', FIRST)).toMatchObject({
      status: 1,
      autoFinalize: true,
      fileSize: 11,
    })
    expect(await app.chunk(app.user, token, ' world', at(5))).toMatchObject({ status: 2, uploadedFileSize: '11' })
  })

  it('takes chunks in parallel, shuffled and repeated, the final one first', async () => {
    const content = Buffer.from(Array.from({ length: 64 * 1024 }, (_, i) => (i * 31 + (i >> 8)) % 256))
    const size = 4096
    const token = await app.newToken(app.user)
    const slice = (start: number): Buffer => content.subarray(start, start + size)
    await app.chunk(app.user, token, slice(0), FIRST)
    const starts = Array.from({ length: 15 }, (_, i) => (i + 1) * size)
    const final = app.chunk(app.user, token, slice(15 * size), at(15 * size, 1))
    const shuffled = [...starts.slice(0, -1).reverse(), ...starts.slice(2, 5)]
    const answers = await Promise.all(shuffled.map((start) => app.chunk(app.user, token, slice(start), at(start))))
    for (const answer of answers) expect(answer).toHaveProperty('uploadedFileSize')
    expect(await final).toMatchObject({ status: 2, uploadedFileSize: String(content.length) })
    expect((await app.content(token)).equals(content)).toBe(true)
  })
})

describe('words behind the file', () => {
  const send = (parts: readonly FormPart[]) => app.form('/api_v3/?service=uploadToken&action=upload&format=1', parts)
  const file = (content: string): FormPart => ['fileData', Buffer.from(content), 'holiday.mp4']

  it('are heard: a chunk is put where they say', async () => {
    const token = await begun('hello')
    const who: FormPart[] = [
      ['ks', app.user],
      ['uploadTokenId', token],
    ]
    const words: FormPart[] = [
      ['resume', '1'],
      ['finalChunk', '1'],
      ['resumeAt', '5'],
    ]
    expect(await send([...who, file(' world'), ...words])).toMatchObject({ status: 2, uploadedFileSize: '11' })
    expect((await app.content(token)).toString()).toBe('hello world')
  })

  it('may be all there are, session and token included', async () => {
    const token = await begun('hello')
    const answer = await send([
      file(' world'),
      ['resume', 'true'],
      ['resumeAt', '-1'],
      ['uploadTokenId', token],
      ['ks', app.user],
    ])
    expect(answer).toMatchObject({ status: 2, uploadedFileSize: '11' })
  })

  it('turn the first bytes of a token into an error, and nothing of them is kept', async () => {
    const token = await app.newToken(app.user)
    const answer = await send([['ks', app.user], ['uploadTokenId', token], file('hello'), ['resume', '1']])
    expect(answer).toMatchObject({ code: 'UPLOAD_TOKEN_CANNOT_RESUME' })
    expect((await app.upload(token)).ranges).toEqual([])
  })

  it('leave no file behind', async () => {
    const keys: string[] = []
    for await (const { key } of app.infrastructure.staging.list()) keys.push(key)
    expect(keys.filter((key) => key.endsWith('.held'))).toEqual([])
  })
})

describe('refusals', () => {
  const FAILURES: readonly (readonly [string, () => Promise<unknown>, object])[] = [
    [
      'a token nobody issued',
      () => app.chunk(app.user, `0_${'0'.repeat(32)}`, 'x'),
      {
        code: 'UPLOAD_TOKEN_NOT_FOUND',
        message: 'Upload token not found',
        objectType: 'KalturaAPIException',
        args: [],
      },
    ],
    ['what is no token', () => app.chunk(app.user, 'x', 'x'), { code: 'UPLOAD_TOKEN_NOT_FOUND' }],
    [
      "a user's session on somebody else's token",
      async () => app.chunk(app.user, await app.newToken(app.admin), 'x'),
      { code: 'UPLOAD_TOKEN_NOT_FOUND' },
    ],
    [
      'a spent token',
      async () => {
        const token = await app.newToken(app.user)
        await app.chunk(app.user, token, 'x')
        return app.chunk(app.user, token, 'x')
      },
      {
        code: 'UPLOAD_TOKEN_INVALID_STATUS_FOR_UPLOAD',
        message: 'Upload token is in an invalid status for uploading a file, maybe the file was already uploaded',
      },
    ],
    [
      'a deleted token',
      async () => {
        const token = await begun('x')
        await app.value('uploadToken.delete', { ks: app.user, uploadTokenId: token })
        return app.chunk(app.user, token, 'x')
      },
      { code: 'UPLOAD_TOKEN_NOT_FOUND' },
    ],
    [
      'resuming a token without a byte',
      async () => app.chunk(app.user, await app.newToken(app.user), 'x', at(0)),
      { code: 'UPLOAD_TOKEN_CANNOT_RESUME', message: 'Cannot resume the upload, original file was not found' },
    ],
    [
      'a form without a file',
      async () =>
        app.form(`/api_v3/service/uploadtoken/action/upload`, [
          ['ks', app.user],
          ['format', '1'],
          ['uploadTokenId', await app.newToken(app.user)],
        ]),
      {
        code: 'MISSING_MANDATORY_PARAMETER',
        message: 'Missing parameter "fileData"',
        args: { PARAM_NAME: 'fileData' },
      },
    ],
    [
      'no token id',
      () =>
        app.form('/api_v3/service/uploadtoken/action/upload', [
          ['ks', app.user],
          ['format', '1'],
          ['fileData', Buffer.from('x'), 'a'],
        ]),
      { code: 'MISSING_MANDATORY_PARAMETER', args: { PARAM_NAME: 'uploadTokenId' } },
    ],
    [
      'a token that finalises itself without a size',
      () => app.call('uploadToken.add', { ks: app.user, uploadToken: { autoFinalize: 1 } }),
      { code: 'UPLOAD_TOKEN_MISSING_FILE_SIZE', message: 'FileSize is mandatory when enabling autoFinalize' },
    ],
    [
      'a property that only the server sets',
      () => app.call('uploadToken.add', { ks: app.user, uploadToken: { status: 2 } }),
      { code: 'PROPERTY_VALIDATION_NOT_UPDATABLE', args: { PROP_NAME: 'KalturaUploadToken::status' } },
    ],
  ]

  it.each(FAILURES)('%s', async (_, run, expected) => {
    expect(await run()).toMatchObject(expected)
  })
})

import { describe, expect, it } from 'vitest'
import { DomainError } from '../../../core/errors.ts'
import { answerPage, wantsJson } from './upload-answer.ts'
import { failedUpload, UPLOADED } from './upload-outcome.ts'

const page = (fields: Record<string, string>, outcome = UPLOADED): string =>
  answerPage(outcome, new Map(Object.entries(fields)))

/** What the page's script is told. */
const told = (html: string): Record<string, unknown> => {
  const json = /<script type="application\/json" id="answer">(.*?)<\/script>/s.exec(html)?.[1]
  return JSON.parse(json ?? 'null') as Record<string, unknown>
}

describe('wantsJson', () => {
  it.each([
    [{}, undefined, false],
    [{}, '*/*', false],
    [{}, 'text/html,application/xhtml+xml', false],
    [{}, 'application/json, text/javascript, */*; q=0.01', true],
    [{}, 'application/json, text/plain, */*', true],
    [{ accept: 'application/json' }, 'text/html', true],
    [{ accept: ' Application/JSON ' }, undefined, true],
    [{ accept: 'text/html' }, 'application/json', false],
    [{ accept: '' }, 'application/json', true],
  ])('for the fields %j and the header %j is %s', (fields, acceptHeader, expected) => {
    const contentType = 'multipart/form-data; boundary=x1'
    expect(wantsJson({ fields: new Map(Object.entries(fields)), acceptHeader, contentType })).toBe(expected)
  })

  it('for a form that is declared to be JSON is true, unless the form itself says otherwise', () => {
    const said = { acceptHeader: '*/*', contentType: 'application/json' }
    expect(wantsJson({ fields: new Map(), ...said })).toBe(true)
    expect(wantsJson({ fields: new Map([['accept', 'text/html']]), ...said })).toBe(false)
  })
})

describe('the answer page', () => {
  it('alerts and leads the top window on when nothing else is said', () => {
    expect(told(page({ return_url: 'https://cms.example/done?id=7#list' }))).toEqual({
      message: 'Successfully uploaded.',
      isAlerted: true,
      target: 'https://cms.example/done?id=7&result=S&message=Successfully%20uploaded.#list',
      isOuter: true,
    })
  })

  it.each([
    ['disable_alert=1', { disable_alert: '1' }, { isAlerted: false, target: null }],
    ['disable_alert=0', { disable_alert: '0' }, { isAlerted: true }],
    ['scope inner', { return_url: 'http://a.example', redirection_scope: 'inner' }, { isOuter: false }],
    ['scope outer', { return_url: 'http://a.example', redirection_scope: 'outer' }, { isOuter: true }],
    ['scope no', { return_url: 'http://a.example', redirection_scope: 'no' }, { target: null }],
  ])('obeys %s', (_what, fields, expected) => {
    expect(told(page(fields as Record<string, string>))).toMatchObject(expected)
  })

  it('says F and why when the upload failed', () => {
    const outcome = failedUpload(new DomainError('storage_full', 'No room & no "space".'))
    expect(told(page({ return_url: 'https://cms.example/done' }, outcome))).toMatchObject({
      message: 'No room & no "space".',
      target: 'https://cms.example/done?result=F&message=No%20room%20%26%20no%20%22space%22.',
    })
  })

  it.each([
    'javascript:alert(1)',
    ' JavaScript:alert(1)',
    'java\nscript:alert(1)',
    'data:text/html,<script>alert(1)</script>',
    'vbscript:x',
    'blob:https://cms.example/1',
    '//cms.example/done',
    '/done',
    'done.html',
    '',
    'https://',
  ])('leads nowhere for the return_url %j', (returnUrl) => {
    const html = page({ return_url: returnUrl })
    expect(told(html)['target']).toBeNull()
    expect(html).not.toContain('<a ')
  })

  it.each([
    ['an address', { return_url: 'https://cms.example/</script><script>alert(1)</script>?q="><img src=x>&a=\u2028\'' }],
    ['a scope', { return_url: 'https://a.example', redirection_scope: '</script><img src=x onerror=alert(1)>' }],
  ])('lets no markup out of %s', (_what, fields) => {
    const html = page(fields as Record<string, string>)
    expect(html.match(/<script/g)).toHaveLength(2)
    expect(html.match(/<\/script/g)).toHaveLength(2)
    expect(html).not.toMatch(/<img|onerror=|\u2028/)
    expect(told(html)['target']).toMatch(/^https:\/\//)
  })

  it('lets no markup out of a message', () => {
    const outcome = failedUpload(new DomainError('invalid_argument', 'The file </script><img src=x>\u2029 is empty.'))
    const html = page({}, outcome)
    expect(html).not.toMatch(/<img|\u2029 is empty\."/)
    expect(html.match(/<\/script/g)).toHaveLength(2)
    expect(told(html)['message']).toBe('The file </script><img src=x>\u2029 is empty.')
  })
})

import { describe, expect, it } from 'vitest'
import { readXml } from './read-xml.ts'

describe('readXml', () => {
  it('reads elements, texts and attributes by their local names', () => {
    const text =
      '<?xml version="1.0"?><!-- a > b --><x:a one=\'1 "\' x:two="&lt;&#65;&#x1F600;">t &amp; <![CDATA[<b>&x;]]><b/></x:a >\n'
    expect(readXml(text)).toEqual({
      name: 'a',
      attributes: new Map([
        ['one', '1 "'],
        ['two', '<A😀'],
      ]),
      children: ['t & ', '<b>&x;', { name: 'b', attributes: new Map(), children: [] }],
    })
  })

  const billion = ['<!DOCTYPE tt [<!ENTITY a "ha"><!ENTITY b "&a;&a;&a;&a;&a;&a;&a;&a;&a;&a;">]>', '<tt>&b;</tt>'].join(
    '\n',
  )
  it.each([
    ['entities that grow', billion, 'document type'],
    ['entities from elsewhere', '<!DOCTYPE tt SYSTEM "file:///etc/passwd"><tt/>', 'document type'],
    ['a document type after a comment', '<!-- x --><!DOCTYPE tt><tt/>', 'document type'],
    ['an entity that nobody declared', '<tt>&secret;</tt>', '&secret;'],
    ['a bare ampersand', '<tt>this & that</tt>', '"&"'],
    ['half a character', '<tt>&#xD800;</tt>', '&#xD800;'],
    ['a character that is none', '<tt>&#0;</tt>', '&#0;'],
    ['elements that end in the wrong order', '<tt>\n<a><b></a></b></tt>', 'line 2'],
    ['an element that does not end', '<tt><a>', 'well-formed'],
    ['an end without a beginning', '<tt/></tt>', 'well-formed'],
    ['two roots', '<tt/><tt/>', 'well-formed'],
    ['words outside', 'words<tt/>', 'well-formed'],
    ['nothing', '', 'well-formed'],
    ['an attribute without quotes', '<tt a=1/>', 'well-formed'],
    ['a comment that does not end', '<tt><!-- </tt>', 'well-formed'],
    ['nesting beyond any use', '<a>'.repeat(65) + '</a>'.repeat(65), '64 levels'],
    ['more elements than anybody needs', `<a>${'<b/>'.repeat(100_000)}</a>`, '100000 elements'],
  ])('refuses %s', (_, text, words) => {
    expect(() => readXml(text)).toThrow(
      expect.objectContaining({ code: 'invalid_argument', message: expect.stringContaining(words) }),
    )
  })

  it.each([
    ['attributes', `<a ${'b="c" '.repeat(100_000)}`],
    ['spaces', `<a${' '.repeat(500_000)}`],
    ['quotes', `<a b="${'"'.repeat(500_000)}`],
    ['comments', `<a>${'<!--'.repeat(100_000)}`],
    ['beginnings', '<'.repeat(500_000)],
    ['ampersands', `<a>${'&#'.repeat(500_000)}</a>`],
  ])('takes no longer than the text is for %s without an end', (_, text) => {
    expect(() => readXml(text)).toThrow(expect.objectContaining({ code: 'invalid_argument' }))
  })
})

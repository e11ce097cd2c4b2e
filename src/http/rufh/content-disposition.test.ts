import { expect, it } from 'vitest'
import { dispositionFileName } from './content-disposition.ts'

const latin1 = (text: string): string => Buffer.from(text, 'utf8').toString('latin1')

it.each([
  [undefined, ''],
  ['', ''],
  ['inline', ''],
  ['attachment; filename=film.mp4', 'film.mp4'],
  ['attachment; filename="my film.mp4"', 'my film.mp4'],
  ['attachment;filename="a;b=c.mp4"; size=5', 'a;b=c.mp4'],
  ['form-data; name="filename"; filename="x.mp4"', 'x.mp4'],
  [`attachment; filename="fallback.mp4"; filename*=UTF-8''na%C3%AFve%20%E2%82%AC.mp4`, 'naïve €.mp4'],
  [`attachment; filename*=utf-8'en'film%20one.mp4; filename="fallback.mp4"`, 'film one.mp4'],
  [`attachment; filename*=UTF-8''%FF%FE; filename="fallback.mp4"`, 'fallback.mp4'],
  [`attachment; filename*=ISO-8859-1''x.mp4`, ''],
  [latin1('attachment; filename="여름.mp4"'), '여름.mp4'],
  ['attachment; filename="C:\\\\temp\\\\film.mp4"', 'film.mp4'],
])('finds in %j the name %j', (header, name) => {
  expect(dispositionFileName(header)).toBe(name)
})

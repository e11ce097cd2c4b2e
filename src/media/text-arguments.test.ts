import { expect, it } from 'vitest'
import { textArguments } from './text-arguments.ts'

it('takes all texts of a file in one reading, and nothing else', () => {
  expect(textArguments({ path: '/data/source', kind: 'matroska' }, [2, 5]).join(' ')).toBe(
    [
      '-hide_banner -nostdin -nostats -loglevel error -y',
      '-protocol_whitelist file,pipe -format_whitelist matroska,webm -i file:/data/source',
      '-map 0:2 -map_metadata -1 -c:s webvtt -f webvtt 2.vtt',
      '-map 0:5 -map_metadata -1 -c:s webvtt -f webvtt 5.vtt',
    ].join(' '),
  )
})

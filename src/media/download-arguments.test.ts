import { expect, it } from 'vitest'
import { downloadArguments } from './download-arguments.ts'

const input = (name: string) =>
  `-protocol_whitelist file,pipe -format_whitelist mov,mp4,m4a,3gp,3g2,mj2 -i file:/scratch/${name}`

it('is one command that encodes nothing', () => {
  const sounds = [
    { path: '/scratch/audio', language: 'kor' },
    { path: '/scratch/audio-2', language: undefined },
  ]
  expect(downloadArguments({ picture: '/scratch/360p', sounds }, '/scratch/360p.mp4').join(' ')).toBe(
    [
      '-hide_banner -nostdin -nostats -loglevel error -y',
      `${input('360p')} ${input('audio')} ${input('audio-2')} -map 0:v:0 -map 1:a:0 -map 2:a:0`,
      '-c copy -map_metadata -1 -fflags +bitexact',
      '-metadata:s:a:0 language=kor -disposition:a:0 default -disposition:a:1 0',
      '-movflags +faststart -f mp4 file:/scratch/360p.mp4',
    ].join(' '),
  )
})

it('makes a file of sound alone too', () => {
  const sounds = [{ path: '/scratch/audio', language: undefined }]
  const args = downloadArguments({ picture: undefined, sounds }, '/scratch/audio.m4a').join(' ')
  expect(args).toContain(`${input('audio')} -map 0:a:0 -c copy`)
})

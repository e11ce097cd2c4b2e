import { Button } from '@mantine/core'
import { useEffect, useRef, useState } from 'react'
import { ownOrigin } from '../api/own-origin.ts'
import type { Playback } from '../api/schema.ts'
import type { PlaybackProblem } from './attach-hls.ts'
import { PLAYBACK_PROBLEM_TEXT } from './playback-problem-text.ts'
import styles from './player.module.css'

interface PlayerProps {
  title: string
  playback: Playback
  /** Fetches links with a fresh token; called when the viewer asks for another try. */
  renew: () => Promise<Playback | null>
}

/** The player in place. Its code is loaded when the first one appears; until then the poster keeps the room. */
export function Player({ title, playback, renew }: PlayerProps) {
  // The links it was opened with: each answer of the API carries a new token, which is no reason to start over.
  const [links, setLinks] = useState(playback)
  const [problem, setProblem] = useState<PlaybackProblem | null>(null)
  const host = useRef<HTMLDivElement>(null)
  const poster = links.poster === null ? null : ownOrigin(links.poster)
  const hls = links.hls === null ? null : ownOrigin(links.hls)
  const original = links.original === null ? null : ownOrigin(links.original)
  const sprites = links.sprites === null ? null : ownOrigin(links.sprites)

  useEffect(() => {
    let gone = false
    let destroy: () => void = () => undefined
    import('./create-player.ts').then(
      ({ createPlayer }) => {
        if (gone) return
        const player = createPlayer({ hls, original, poster, sprites, title, onProblem: setProblem })
        host.current?.append(player.element)
        destroy = player.destroy
      },
      () => setProblem('unreachable'),
    )
    return () => {
      gone = true
      destroy()
    }
  }, [hls, original, poster, sprites, title])

  async function again() {
    const fresh = await renew().catch(() => null)
    if (fresh === null) return
    setProblem(null)
    setLinks({ ...fresh })
  }

  return (
    <div className={styles.frame}>
      {poster !== null && <img className={styles.poster} src={poster} alt="" />}
      <div className={styles.host} ref={host} />
      {problem !== null && (
        <div className={styles.problem} role="alert">
          <p>{PLAYBACK_PROBLEM_TEXT[problem]}</p>
          <Button size="xs" variant="white" onClick={() => void again()}>
            Load again
          </Button>
        </div>
      )}
    </div>
  )
}

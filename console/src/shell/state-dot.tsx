import styles from './state-dot.module.css'

/** idle: nothing happens. busy: work goes on. ok, bad: it has ended. */
export type StateTone = 'idle' | 'busy' | 'ok' | 'bad'

/** A coloured dot before the word that says the same: colour is never the only sign. */
export function StateDot({ tone }: { tone: StateTone }) {
  return <span className={styles.dot} data-tone={tone} aria-hidden="true" />
}

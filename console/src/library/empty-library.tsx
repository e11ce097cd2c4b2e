import { CopyButton } from '../shell/copy-button.tsx'
import { curlLine } from './curl-line.ts'
import styles from './empty-library.module.css'

/** What to do first: use the page above, or the API from a terminal. */
export function EmptyLibrary() {
  const line = curlLine(location.origin)
  return (
    <div className={styles.empty} data-testid="empty-library">
      <p className={styles.lead}>Nothing here yet.</p>
      <p className={styles.text}>
        Videos you upload above appear here once the server has them. From a terminal, with your API key in{' '}
        <code>REELDOCK_API_KEY</code>:
      </p>
      <div className={styles.code}>
        {/* biome-ignore lint/a11y/noNoninteractiveTabindex: it scrolls sideways, which the keyboard must be able to do */}
        <section className={styles.scroll} tabIndex={0} aria-label="Upload with curl">
          <pre>{line}</pre>
        </section>
        <div className={styles.copy}>
          <CopyButton text={line} label="Copy" name="Copy the curl line" />
        </div>
      </div>
    </div>
  )
}

import { Button } from '@mantine/core'
import styles from './app.module.css'
import { Library } from './library/library.tsx'
import { SignIn } from './session/sign-in.tsx'
import { useSession } from './session/use-session.ts'
import { TopBar } from './shell/top-bar.tsx'
import { UploadPanel } from './uploads/upload-panel.tsx'

/** The console: signing in first, then uploads and the library on one page. */
export function App() {
  const { data, error, isPending, refetch } = useSession()
  if (data?.session) {
    return (
      <>
        <TopBar session={data.session} />
        <main className={styles.main}>
          <UploadPanel />
          <Library />
        </main>
      </>
    )
  }
  if (data) return <SignIn ended={data.ended} />
  if (isPending) return <p className={styles.starting}>Starting…</p>
  return (
    <main className={styles.down}>
      <h1>The console cannot start</h1>
      <p role="alert">{error.message}</p>
      <Button variant="default" onClick={() => void refetch()}>
        Try again
      </Button>
    </main>
  )
}

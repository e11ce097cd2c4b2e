import { ActionIcon, Button, useComputedColorScheme, useMantineColorScheme } from '@mantine/core'
import type { Session } from '../api/schema.ts'
import { useSignOut } from '../session/use-session.ts'
import { Icon } from './icon.tsx'
import { Logo } from './logo.tsx'
import styles from './top-bar.module.css'

export function TopBar({ session }: { session: Session }) {
  const signOut = useSignOut()
  return (
    <header className={styles.bar}>
      <div className={styles.inner}>
        <Logo />
        <span className={styles.name}>Reeldock</span>
        <span className={styles.project}>
          <span className="visually-hidden">Project: </span>
          {session.project.name}
        </span>
        <span className={styles.space} />
        <span className={styles.login}>
          <span className="visually-hidden">Signed in as </span>
          {session.login}
        </span>
        <SchemeToggle />
        <Button
          size="compact-sm"
          variant="default"
          data-testid="sign-out"
          loading={signOut.isPending}
          onClick={() => signOut.mutate()}
        >
          Sign out
        </Button>
      </div>
    </header>
  )
}

function SchemeToggle() {
  const { setColorScheme } = useMantineColorScheme()
  const scheme = useComputedColorScheme('light', { getInitialValueInEffect: false })
  const other = scheme === 'dark' ? 'light' : 'dark'
  return (
    <ActionIcon
      variant="subtle"
      color="gray"
      size={28}
      aria-label={`Use ${other} colours`}
      title={`Use ${other} colours`}
      onClick={() => setColorScheme(other)}
    >
      <Icon name={other === 'dark' ? 'moon' : 'sun'} />
    </ActionIcon>
  )
}

import { Button, PasswordInput, TextInput } from '@mantine/core'
import { type FormEvent, useRef, useState } from 'react'
import { Icon } from '../shell/icon.tsx'
import { Logo } from '../shell/logo.tsx'
import styles from './sign-in.module.css'
import { useSignIn } from './use-session.ts'

/** The page for somebody who is not signed in. `ended`: they were until now. */
export function SignIn({ ended }: { ended: boolean }) {
  const signIn = useSignIn()
  const passwordField = useRef<HTMLInputElement>(null)
  const [login, setLogin] = useState('')
  const [password, setPassword] = useState('')

  function submit(event: FormEvent) {
    event.preventDefault()
    signIn.mutate({ login, password }, { onError: () => passwordField.current?.select() })
  }

  return (
    <main className={styles.page}>
      <form className={styles.form} onSubmit={submit}>
        <div className={styles.brand}>
          <Logo sizePx={28} />
          <h1>Sign in to Reeldock</h1>
        </div>
        {ended && !signIn.isError && (
          <p className={styles.note} role="status">
            Your session has ended. Uploads that are under way go on.
          </p>
        )}
        {signIn.isError && (
          <p className={styles.error} role="alert" data-testid="sign-in-error">
            <Icon name="alert" />
            {signIn.error.message}
          </p>
        )}
        <TextInput
          label="Login"
          data-testid="login"
          name="login"
          autoComplete="username"
          autoCapitalize="none"
          spellCheck={false}
          autoFocus
          required
          withAsterisk={false}
          value={login}
          onChange={(event) => setLogin(event.currentTarget.value)}
        />
        <PasswordInput
          label="Password"
          data-testid="password"
          name="password"
          autoComplete="current-password"
          required
          withAsterisk={false}
          ref={passwordField}
          value={password}
          onChange={(event) => setPassword(event.currentTarget.value)}
          visibilityToggleButtonProps={{ 'aria-label': 'Show the password' }}
        />
        <Button type="submit" fullWidth data-testid="submit" loading={signIn.isPending}>
          Sign in
        </Button>
        <p className={styles.help}>The first login is printed in the terminal where the server was started.</p>
      </form>
    </main>
  )
}

import { Button, NativeSelect } from '@mantine/core'
import { useState } from 'react'
import type { Asset } from '../api/schema.ts'
import styles from './process-again.module.css'
import { useAddRenditions, useMediaSettings, useReprocess } from './use-processing.ts'

/** Has the file of an asset processed once more, with other settings, or just the sizes of another profile added. */
export function ProcessAgain({ asset }: { asset: Asset }) {
  const [workflow, setWorkflow] = useState('')
  const [profile, setProfile] = useState('')
  const settings = useMediaSettings()
  const reprocess = useReprocess(asset.id)
  const addition = useAddRenditions(asset.id)
  const problem = [settings, reprocess, addition].find(({ isError }) => isError)?.error
  const canAdd = profile !== '' && asset.state === 'ready' && asset.treatment?.delivery === 'adaptive'

  return (
    <div className={styles.panel} data-testid="process-again">
      <div className={styles.choices}>
        <NativeSelect
          label="Workflow"
          size="xs"
          value={workflow}
          onChange={(event) => setWorkflow(event.currentTarget.value)}
          data={[AS_BEFORE, ...choices(settings.data?.workflows)]}
        />
        <NativeSelect
          label="Profile"
          size="xs"
          value={profile}
          onChange={(event) => setProfile(event.currentTarget.value)}
          data={[workflow === '' ? AS_BEFORE : OF_WORKFLOW, ...choices(settings.data?.profiles)]}
        />
        <Button
          size="xs"
          variant="default"
          loading={reprocess.isPending}
          onClick={() => {
            addition.reset()
            reprocess.mutate({ ...(workflow !== '' && { workflow }), ...(profile !== '' && { profile }) })
          }}
        >
          Process again
        </Button>
        <Button
          size="xs"
          variant="default"
          disabled={!canAdd}
          loading={addition.isPending}
          onClick={() => {
            reprocess.reset()
            addition.mutate(profile)
          }}
        >
          Add its sizes
        </Button>
      </div>
      {problem != null && (
        <p className={styles.problem} role="alert">
          {problem.message}
        </p>
      )}
      {reprocess.isSuccess && (
        <p className={styles.note} role="status">
          A new version is being made. What plays now plays on until it is ready.
        </p>
      )}
      {addition.isSuccess && (
        <p className={styles.note} role="status">
          The sizes are being made. Whoever starts to watch afterwards finds them.
        </p>
      )}
    </div>
  )
}

const AS_BEFORE = { value: '', label: 'As before' }
const OF_WORKFLOW = { value: '', label: "The workflow's" }

function choices(settings: readonly Readonly<{ key: string; name: string }>[] = []) {
  return settings.map(({ key, name }) => ({ value: key, label: name }))
}

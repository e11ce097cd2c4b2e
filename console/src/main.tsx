import '@mantine/core/styles/default-css-variables.css'
import '@mantine/core/styles/baseline.css'
import '@mantine/core/styles/global.css'
import '@mantine/core/styles/UnstyledButton.css'
import '@mantine/core/styles/Button.css'
import '@mantine/core/styles/ActionIcon.css'
import '@mantine/core/styles/CloseButton.css'
import '@mantine/core/styles/Loader.css'
import '@mantine/core/styles/Overlay.css'
import '@mantine/core/styles/Paper.css'
import '@mantine/core/styles/Input.css'
import '@mantine/core/styles/PasswordInput.css'
import '@mantine/core/styles/ModalBase.css'
import '@mantine/core/styles/Modal.css'
import './global.css'
import { MantineProvider } from '@mantine/core'
import { QueryClientProvider } from '@tanstack/react-query'
import { StrictMode } from 'react'
import { createRoot } from 'react-dom/client'
import { createApiClient } from './api/api-client.ts'
import { App } from './app.tsx'
import { createQueryClient } from './query-client.ts'
import { ServicesProvider } from './services.tsx'
import { theme } from './theme.ts'
import { sendFile } from './uploads/send-file.ts'
import { UploadQueue } from './uploads/upload-queue.ts'
import { wait } from './uploads/wait.ts'

const api = createApiClient((path, init) => fetch(path, init))
const queryClient = createQueryClient()
const uploads = new UploadQueue({
  api,
  send: sendFile,
  wait,
  nowMs: () => performance.now(),
  onLibraryChange: () => void queryClient.invalidateQueries({ queryKey: ['assets'] }),
})

const root = document.getElementById('root')
if (root === null) throw new Error('index.html has no element #root')
createRoot(root).render(
  <StrictMode>
    <QueryClientProvider client={queryClient}>
      <MantineProvider theme={theme} defaultColorScheme="auto">
        <ServicesProvider value={{ api, uploads }}>
          <App />
        </ServicesProvider>
      </MantineProvider>
    </QueryClientProvider>
  </StrictMode>,
)

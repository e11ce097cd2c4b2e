import { Button, createTheme, type MantineColorsTuple, Modal } from '@mantine/core'

/** The one accent: the blue-green of deep harbour water. Everything else is a neutral or a state colour (global.css). */
const HARBOUR: MantineColorsTuple = [
  '#e9f4f7',
  '#d0e6ed',
  '#a3cfdc',
  '#74b7c9',
  '#5cabc0',
  '#1f7f98',
  '#0e6a82',
  '#0b586d',
  '#094658',
  '#073643',
]

/** Neutrals of the dark scheme, in Mantine's order: 0 is text, 7 the page, 9 the deepest ground. */
const NIGHT: MantineColorsTuple = [
  '#e6ecee',
  '#c3ced3',
  '#9fadb3',
  '#7f8e95',
  '#354045',
  '#28333a',
  '#171d20',
  '#0f1416',
  '#0b0f11',
  '#07090a',
]

/** For what cannot be undone. */
const BUOY: MantineColorsTuple = [
  '#fcefee',
  '#f8d9d6',
  '#f2b1ab',
  '#f2968d',
  '#f2867d',
  '#cf4038',
  '#b3261e',
  '#961d16',
  '#7a1711',
  '#5e110c',
]

/** Filled controls carry white text: shades 5 and 6 of each colour keep 4.5 : 1 against it. */
export const theme = createTheme({
  colors: { harbour: HARBOUR, red: BUOY, dark: NIGHT },
  primaryColor: 'harbour',
  primaryShade: { light: 6, dark: 5 },
  defaultRadius: 6,
  cursorType: 'pointer',
  respectReducedMotion: true,
  fontFamily:
    'Inter, ui-sans-serif, system-ui, -apple-system, "Segoe UI", Roboto, "Helvetica Neue", "Noto Sans", sans-serif',
  components: {
    Button: Button.extend({ styles: { label: { fontWeight: 500 } } }),
    Modal: Modal.extend({
      defaultProps: {
        overlayProps: { backgroundOpacity: 0.45 },
        closeButtonProps: { 'aria-label': 'Close' },
        // A header element in a dialog counts as the page's banner.
        attributes: { header: { role: 'presentation' } },
      },
      styles: {
        content: { background: 'var(--rd-surface)', border: '1px solid var(--rd-line-strong)' },
        header: { background: 'var(--rd-surface)' },
        title: { fontWeight: 600, fontSize: 15 },
      },
    }),
  },
  fontFamilyMonospace: 'ui-monospace, "SF Mono", "Cascadia Code", Menlo, Consolas, "DejaVu Sans Mono", monospace',
})

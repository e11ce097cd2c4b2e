import { readFile } from 'node:fs/promises'
import { createRequire } from 'node:module'

/** jQuery as a page loads it. */
export function jquery(): Promise<string> {
  return readFile(createRequire(import.meta.url).resolve('jquery/dist/jquery.min.js'), 'utf8')
}

/**
 * A page of a CMS that asks for the address itself, sends with progress events, and asks how far it is, all with
 * jQuery. Polling begins before the file is sent and ends with a 100. `<output>` gets what it saw.
 */
export const JQUERY_PAGE = (createUrl: string): string => `<!doctype html><meta charset="utf-8"><title>CMS</title>
<script src="/jquery.js"></script>
<input type="file"><output></output>
<script>
const seen = { loaded: [], polled: [] }
$('input').on('change', function () {
  const file = this.files[0]
  $.ajax({ url: ${JSON.stringify(createUrl)}, method: 'POST', dataType: 'json',
    data: { expire_time: 600, title: 'jQuery 강의', category_key: '', is_encryption_upload: 0, is_audio_upload: 0 } })
    .done((created) => created.error ? fail(created.message) : send(created.result, file))
    .fail((request) => fail(request.responseText))
})
function send(session, file) {
  const form = new FormData()
  form.append('upload-file', file)
  form.append('disable_alert', 1)
  const complete = $.Deferred()
  const poll = () => $.ajax({ url: session.progress_url, dataType: 'json' }).done((answer) => {
    if (complete.state() === 'resolved') return
    seen.polled.push(answer.result.progress)
    if (answer.result.progress === 100) { clearInterval(timer); complete.resolve() }
  })
  const timer = setInterval(poll, 100)
  const sending = poll().then(() => $.ajax({
    url: session.upload_url, method: 'POST', dataType: 'json', data: form, cache: false, contentType: false,
    processData: false,
    xhr: () => {
      const request = $.ajaxSettings.xhr()
      request.upload.addEventListener('progress', (event) => seen.loaded.push(event.loaded / event.total))
      return request
    },
  }).fail((request) => fail(JSON.parse(request.responseText).message)))
  $.when(sending, complete).done(([answer]) => finish({ answer, key: session.upload_file_key }))
}
const fail = (message) => finish({ failure: message })
const finish = (outcome) => $('output').text(JSON.stringify({ ...seen, ...outcome }))
</script>`

/** The same with XMLHttpRequest alone, the fields behind the file and no header that says JSON. */
export const XHR_PAGE = (createUrl: string): string => `<!doctype html><meta charset="utf-8"><title>CMS</title>
<input type="file"><output></output>
<script>
const seen = { loaded: [], polled: [] }
function call(method, url, body, prepare) {
  return new Promise((resolve) => {
    const request = new XMLHttpRequest()
    request.open(method, url)
    prepare && prepare(request)
    request.onloadend = () => resolve(JSON.parse(request.responseText))
    request.send(body)
  })
}
document.querySelector('input').onchange = async ({ target }) => {
  const created = await call('POST', ${JSON.stringify(createUrl)}, JSON.stringify({ expire_time: 600, title: 'XHR 강의' }),
    (request) => request.setRequestHeader('Content-Type', 'application/json'))
  const form = new FormData()
  form.append('upload-file', target.files[0])
  form.append('accept', 'application/json')
  const progress = async () => {
    const { result } = await call('GET', created.data.progress_url)
    seen.polled.push(result.progress)
    return result.progress
  }
  await progress()
  const answer = await call('POST', created.data.upload_url, form, (request) => {
    request.upload.onprogress = ({ loaded, total }) => seen.loaded.push(loaded / total)
  })
  while (await progress() !== 100);
  document.querySelector('output').textContent = JSON.stringify({ ...seen, answer, key: created.data.upload_file_key })
}
</script>`

/** A page that frames a page with a form, as a CMS does that wants to stay where it is. */
export const FRAMING_PAGE = '<!doctype html><title>CMS</title><iframe name="inside" src="/form"></iframe>'

/** A plain form, without any script. */
export const FORM_PAGE = (
  action: string,
  fields: Readonly<Record<string, string>>,
): string => `<!doctype html><meta charset="utf-8"><title>Form</title>
<form method="post" enctype="multipart/form-data" action="${action}">
${Object.entries(fields)
  .map(([name, value]) => `<input type="hidden" name="${name}" value="${value}">`)
  .join('\n')}
<input type="file" name="upload-file"><input type="submit"></form>`

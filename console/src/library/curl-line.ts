/**
 * A shell command that uploads `video.mp4` to this server: asks for a ticket, takes `urls.put` out of the answer and
 * sends the file there. Needs nothing but a POSIX shell, sed and curl, and the API key in the environment.
 */
export function curlLine(origin: string): string {
  return [
    `curl -T video.mp4 "$(curl -sS ${origin}/v1/uploads \\`,
    `  -H "Authorization: Bearer $REELDOCK_API_KEY" \\`,
    `  -H 'Content-Type: application/json' \\`,
    `  -d '{"fileName":"video.mp4"}' | sed 's/.*"put":"\\([^"]*\\)".*/\\1/')"`,
  ].join('\n')
}

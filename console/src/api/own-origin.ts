/**
 * The path of an absolute URL that the API answered with, so that the browser asks the server it got this page from.
 * The API names itself by its configured public URL; somebody who opened the console under another name of the same
 * machine (127.0.0.1 for localhost, an address inside the network) must not be sent across origins by that.
 */
export function ownOrigin(url: string): string {
  const { pathname, search } = new URL(url, 'http://own.invalid')
  return pathname + search
}

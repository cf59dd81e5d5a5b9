/**
 * The part of nginx that says which copy of a service is asked: a file with one `server` line,
 * included in an `upstream` block (ngx_http_upstream_module, "server").
 */

/** What the file holds. Nothing but the port is read back. */
export const upstreamText = (port: number, comment: string): string =>
  `# ${comment}\nserver 127.0.0.1:${port};\n`

/** The port of its only server; null when there is another number of them, or one elsewhere. */
export function upstreamPort(text: string): number | null {
  const directives = text.replace(/#.*$/gm, '').split(';')
  const servers = directives.map((one) => one.trim()).filter((one) => one !== '')
  const [only] = servers
  const port = /^server\s+(?:127\.0\.0\.1|localhost|\[::1\]):(\d+)(?:\s.*)?$/s.exec(only ?? '')?.[1]
  return servers.length === 1 && port !== undefined ? Number(port) : null
}

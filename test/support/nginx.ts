import { spawn } from 'node:child_process'
import { mkdirSync, writeFileSync } from 'node:fs'
import { createServer } from 'node:net'
import { join } from 'node:path'
import { vi } from 'vitest'
import tcp from '../../checks/tcp.ts'
import { probeOne } from '../checks/run.ts'
import { listen } from './server.ts'

/** One that nobody listens on at the moment. */
export async function freePort(): Promise<number> {
  const server = await listen(createServer())
  await server.close()
  return server.port
}

/**
 * An nginx in the foreground of a directory, once it listens on `port`. The result ends it. `master`:
 * with a process that workers descend from, as it takes for a reload.
 */
export async function startNginx(
  directory: string,
  config: string,
  port: number,
  { master = false } = {},
): Promise<() => void> {
  const processes = `master_process ${master ? 'on' : 'off'}; worker_processes 2;`
  const top = `daemon off; ${processes} pid nginx.pid; error_log stderr;`
  mkdirSync(join(directory, 'temp'))
  writeFileSync(join(directory, 'nginx.conf'), `${top}\n${config}`)
  const nginx = spawn('nginx', ['-p', directory, '-c', 'nginx.conf'], { stdio: 'ignore' })
  await vi.waitFor(
    async () => {
      const reading = await probeOne(tcp, { host: '127.0.0.1', port })
      if (reading.metrics['down'] !== false) throw new Error('nginx does not listen yet')
    },
    { timeout: 10_000 },
  )
  return () => void nginx.kill()
}

/** An nginx on `port` that passes everything on to the servers that a file of its own names. */
export const proxyConfig = (include: string, port: number): string => `
  ${process.getuid?.() === 0 ? 'user root;' : ''}
  events {}
  http {
    access_log off;
    upstream web { include ${include}; keepalive 8; }
    server {
      listen 127.0.0.1:${port};
      location / {
        proxy_pass http://web;
        proxy_http_version 1.1;
        proxy_set_header Connection "";
      }
    }
  }`

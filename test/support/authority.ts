import { execFileSync } from 'node:child_process'
import { appendFileSync, copyFileSync, readFileSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'

const config = `[ca]
default_ca = all
[all]
database = index
new_certs_dir = .
serial = serial
default_md = sha256
policy = any
copy_extensions = copy
[any]
commonName = supplied
[authority]
basicConstraints = critical,CA:true
`

const day = 86_400_000

/** Days from now, as openssl-ca(1) wants its dates. */
const date = (days: number): string =>
  new Date(Date.now() + days * day).toISOString().replace(/[-:T]|\..*/g, '') + 'Z'

export interface Authority {
  /** Writes `NAME.key` and `NAME.pem` for `localhost`, valid from and to these days from now. */
  certify(name: string, from: number, to: number, issuer?: string): void
  /** An authority in between; certificates that it issues carry it behind them. */
  intermediate(name: string, from: number, to: number): void
  /** This authority as signed by an older one, whose certificate nobody has: to issue from as well. */
  crossSign(name: string, from: number, to: number): void
}

/** An authority of our own in a directory, by the openssl command; its certificate is `ca.pem`. */
export function createAuthority(directory: string): Authority {
  const openssl = (...words: string[]): void => {
    execFileSync('openssl', words, { cwd: directory, stdio: 'pipe' })
  }
  const key = ['-newkey', 'ec', '-pkeyopt', 'ec_paramgen_curve:P-256', '-nodes']
  const sign = (name: string, issuer: string, days: readonly number[], more: string[] = []) => {
    const [from = 0, to = 0] = days
    const by = ['-config', 'ca.cnf', '-cert', `${issuer}.pem`, '-keyfile', `${issuer}.key`, ...more]
    const dates = ['-startdate', date(from), '-enddate', date(to)]
    openssl('ca', '-batch', ...by, ...dates, '-in', `${name}.csr`, '-out', `${name}.pem`, '-notext')
  }
  const request = (name: string, ...more: string[]): void => {
    openssl('req', ...key, '-keyout', `${name}.key`, '-subj', `/CN=${name}`, ...more)
  }
  writeFileSync(join(directory, 'ca.cnf'), config)
  writeFileSync(join(directory, 'index'), '')
  writeFileSync(join(directory, 'serial'), '01\n')
  request('ca', '-x509', '-days', '3650', '-out', 'ca.pem')
  return {
    certify: (name, from, to, issuer = 'ca') => {
      request(name, '-addext', 'subjectAltName=DNS:localhost', '-out', `${name}.csr`)
      sign(name, issuer, [from, to])
      if (issuer === 'ca') return
      appendFileSync(join(directory, `${name}.pem`), readFileSync(join(directory, `${issuer}.pem`)))
    },
    intermediate: (name, from, to) => {
      request(name, '-out', `${name}.csr`)
      sign(name, 'ca', [from, to], ['-extensions', 'authority'])
    },
    crossSign: (name, from, to) => {
      request('older', '-x509', '-days', '3650', '-out', 'older.pem')
      copyFileSync(join(directory, 'ca.key'), join(directory, `${name}.key`))
      openssl('req', '-new', '-key', 'ca.key', '-subj', '/CN=ca', '-out', `${name}.csr`)
      sign(name, 'older', [from, to], ['-extensions', 'authority'])
    },
  }
}

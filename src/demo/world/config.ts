/** From and to, "HH:MM". */
export interface QuietHours {
  readonly from: string
  readonly to: string
}

/** What the demo's config is about. */
export interface ConfigParts {
  readonly operator: { readonly id: number; readonly name: string }
  /** null where there is no shop; its `repo` is null where there is no git. */
  readonly shop: {
    readonly port: number
    readonly repo: string | null
    readonly path: string
  } | null
  /** null: there is nothing to back up. */
  readonly orders: { readonly path: string; readonly repository: string } | null
  readonly pageUrl: string
  readonly uploads: string
  /** null: none. */
  readonly quietHours: QuietHours | null
}

/** Any text as YAML: JSON strings are valid in it. https://yaml.org/spec/1.2.2/#73-flow-scalar-styles */
const quoted = (text: string): string => JSON.stringify(text)

const deployText = (
  repo: string,
  path: string,
  backup: string,
): string => `    deploy:                               # /deploy shop builds what publish has committed
      repo: ${quoted(repo)}
      path: ${quoted(path)}
      build: ["echo building version $(cat VERSION)"]
      healthy: { within: 10s, for: 3s }   # else the release before comes back by itself
${backup}`

const deployBackup = `      backup: [orders]                    # no backup, no deploy
`

const shopText = (
  { port, repo, path }: NonNullable<ConfigParts['shop']>,
  orders: ConfigParts['orders'],
): string => `
services:
  shop:                                   # a small web shop that PM2 runs
    manager: { pm2: shop }
    health: http://127.0.0.1:${port}/
    every: 2s
    severity: critical
    restart: auto                         # when it is down, Mechanic restarts it
    notify: at-once                       # by default you hear only of what could not be fixed
${repo === null ? '' : deployText(repo, path, orders === null ? '' : deployBackup)}`

const ordersText = ({ path, repository }: NonNullable<ConfigParts['orders']>): string => `
backups:
  orders:                                 # what the shop has sold: /backup orders
    source: { sqlite: ${quoted(path)} }
    repository: ${quoted(repository)}
    password: \${RESTIC_PASSWORD}          # of the bot's environment
    continuous: true                      # so that any second can be restored, not only snapshots
    keep: { last: 5 }
    drill: { expect: [{ query: SELECT count(*) FROM orders, at_least: 1 }] }
`

const quiet = (hours: QuietHours | null): string =>
  hours === null ? 'off' : `{ from: ${quoted(hours.from)}, to: ${quoted(hours.to)} }`

/** The demo's mechanic.yaml, to be read by people too. */
export const configText = ({
  operator,
  shop,
  orders,
  pageUrl,
  uploads,
  quietHours,
}: ConfigParts): string =>
  `# The config of this demo. Everything is checked more often than in real life.
defaults: on                              # cpu, memory, swap, load, disks, systemd of this machine
operators:
  - { id: ${operator.id}, name: ${quoted(operator.name)}, role: admin }
notify:
  quiet_hours: ${quiet(quietHours)}
  heartbeat: off
${shop === null ? '' : shopText(shop, orders)}${orders === null ? '' : ordersText(orders)}
checks:
  page:                                   # a web page
    kind: http
    url: ${pageUrl}
    every: 1s
    critical: "down for 2s"
    advice: "Type mend: this one nobody but you can fix."
  uploads:                                # a directory that fills up
    kind: command
    env: { DIR: ${quoted(uploads)} }
    run: used=$(du -sm "$DIR" | cut -f1); echo "$used MB used, 20 MB allowed"; [ "$used" -le 20 ]
    every: 2s
    notify: at-once
    fix: clean-uploads
    advice: "Nothing to do: Mechanic removes what is older than ten minutes."

fixes:
  clean-uploads:
    kind: clean-files
    paths: [${quoted(`${uploads}/*`)}]
    older_than: 10m
    verify: { hold: 2s }                  # only what stays good that long counts as fixed
`

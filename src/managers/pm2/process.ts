/** What PM2 says of one process, reduced to what is needed: its full record holds the environment. */
export interface Pm2Record {
  readonly id: number
  readonly name: string
  /** online · launching · stopping · stopped · errored · waiting restart · one-launch-status */
  readonly status: string
  /** null where PM2 says 0 or nothing. */
  readonly pid: number | null
  /** Epoch milliseconds of its latest start. */
  readonly started: number | null
  readonly autorestart: boolean
  /** Restarted by the clock: between two runs it is at rest. */
  readonly cron: boolean
  /** Exit codes after which PM2 is told to leave it stopped. */
  readonly stopCodes: readonly number[]
  readonly code: number | null
  /** Counts ordered restarts too and misses deaths with autorestart off. */
  readonly restarts: number
  /** Its instances share a port, so that a new one can take over before the old one ends. */
  readonly cluster: boolean
  /** PM2 calls it online once it says so itself (`wait_ready`). */
  readonly saysReady: boolean
  /** Milliseconds that it has to end by itself; null where PM2's default applies. */
  readonly killTimeout: number | null
  /** The directory it is started in, links in it unresolved. */
  readonly cwd: string | null
  /** NODE_APP_INSTANCE, or what `instance_var` names. */
  readonly instance: number | null
  readonly module: boolean
  readonly outLog: string | null
  readonly errorLog: string | null
  /** Bytes. */
  readonly memory: number | null
  readonly cpu: number | null
}

type Fields = Readonly<Record<string, unknown>>

const isFields = (value: unknown): value is Fields => typeof value === 'object' && value !== null
const fields = (value: unknown): Fields => (isFields(value) ? value : {})

const integer = (value: unknown): number | null => {
  const read = typeof value === 'string' && value !== '' ? Number(value) : value
  return typeof read === 'number' && Number.isSafeInteger(read) ? read : null
}
const amount = (value: unknown): number | null =>
  typeof value === 'number' && Number.isFinite(value) ? value : null
const text = (value: unknown): string | null =>
  typeof value === 'string' && value !== '' ? value : null

/** From `pm2_env`, which the bus sends bare; null for what has no number, as the old half of a reload. */
function fromEnv(env: Fields): Pm2Record | null {
  const id = typeof env['pm_id'] === 'number' ? env['pm_id'] : null
  if (id === null) return null
  const codes = env['stop_exit_codes']
  const cron = env['cron_restart']
  const status = text(env['status']) ?? 'unknown'
  return {
    id,
    name: text(env['name']) ?? String(id),
    status,
    pid: null,
    started: integer(env['pm_uptime']),
    autorestart: env['autorestart'] !== false && env['autorestart'] !== 'false',
    cron: cron !== undefined && cron !== null && !['', '0', 0, false].some((none) => none === cron),
    stopCodes: (Array.isArray(codes) ? codes : [codes])
      .map(integer)
      .filter((code) => code !== null),
    code: integer(env['exit_code']),
    restarts: integer(env['restart_time']) ?? 0,
    cluster: env['exec_mode'] === 'cluster_mode',
    saysReady: env['wait_ready'] === true || env['wait_ready'] === 'true',
    killTimeout: integer(env['kill_timeout']),
    cwd: text(env['pm_cwd']),
    instance: integer(env[text(env['instance_var']) ?? 'NODE_APP_INSTANCE']),
    module: env['pmx_module'] === true || env['pmx_module'] === 'true',
    outLog: text(env['pm_out_log_path']),
    errorLog: text(env['pm_err_log_path']),
    memory: null,
    cpu: null,
  }
}

/** The process of a bus event. */
export const recordOfEvent = (value: unknown): Pm2Record | null => fromEnv(fields(value))

/** The answer to `getMonitorData`; what cannot be read as a process is left out. */
export function recordsOf(answer: unknown): readonly Pm2Record[] {
  if (!Array.isArray(answer)) return []
  return answer.flatMap((entry: unknown) => {
    const whole = fields(entry)
    const record = fromEnv(fields(whole['pm2_env']))
    if (!record) return []
    const monit = fields(whole['monit'])
    const pid = integer(whole['pid'])
    return {
      ...record,
      pid: pid !== null && pid > 0 ? pid : null,
      memory: amount(monit['memory']),
      cpu: amount(monit['cpu']),
    }
  })
}

/** Things of one name with the label of each: '' for a single one, else its number in the cluster. */
export function labelled<T extends { readonly record: Pm2Record }>(
  things: readonly T[],
): readonly (T & { readonly label: string })[] {
  if (things.length === 1) return things.map((thing) => ({ ...thing, label: '' }))
  const numbers = new Set(things.map(({ record }) => record.instance))
  const told = numbers.size === things.length && !numbers.has(null)
  return things
    .map((thing) => ({ ...thing, label: String(told ? thing.record.instance : thing.record.id) }))
    .toSorted((a, b) => Number(a.label) - Number(b.label))
}

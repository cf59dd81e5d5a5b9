import type { Check } from '../contract/check.ts'
import type { Fix } from '../contract/fix.ts'
import type { Level, NotifyWhen, Recover } from '../contract/level.ts'
import type { Command } from '../contract/host.ts'
import type { Chat } from '../contract/message.ts'
import type { Operator } from '../contract/operator.ts'
import type { Severity } from '../contract/severity.ts'
import type { BackupConfig } from './backup-types.ts'

export type * from './backup-types.ts'

/** The configuration as the program uses it: validated, defaults filled in, secrets in place. */

/** The kinds that have a plug-in file, by name. */
export interface Kinds {
  readonly checks: ReadonlyMap<string, Check>
  readonly fixes: ReadonlyMap<string, Fix>
}

/** All durations in milliseconds. */
export interface CheckConfig {
  readonly name: string
  readonly kind: string
  readonly hosts: readonly string[]
  /** Passed the kind's own schema. */
  readonly params: unknown
  readonly every: number
  readonly timeout: number
  /** Most severe first. */
  readonly levels: readonly Level[]
  readonly recover: Recover
  readonly notify: Readonly<Record<Severity, NotifyWhen>>
  readonly fix?: string
  readonly runbook?: string
  readonly advice?: string
  readonly labels: Readonly<Record<string, string>>
  /** Variables for the commands that the probe runs. */
  readonly env?: Readonly<Record<string, string>>
}

export type ManagerConfig =
  /** `home` is PM2_HOME, absolute; absent: the bot's own PM2_HOME or ~/.pm2. */
  | { readonly kind: 'pm2'; readonly name: string; readonly home?: string }
  | { readonly kind: 'systemd'; readonly unit: string }
  | {
      readonly kind: 'command'
      readonly start?: Command
      readonly stop?: Command
      readonly status?: Command
    }

/** All durations in milliseconds. */
export interface DeployConfig {
  readonly repo: string
  readonly branch: string
  /** Absolute, on the service's host: releases/, shared/ and current lie under it. */
  readonly path: string
  /** Relative paths below shared/, linked into every release. */
  readonly shared: readonly string[]
  readonly validate: readonly Command[]
  readonly rehearseOn?: string
  readonly build: readonly Command[]
  /** Names of backups that are taken, and checked, before anything changes. */
  readonly backup: readonly string[]
  readonly strategy: 'reload' | 'blue-green' | 'stop-start'
  /** Never two copies at once: the old one is proven gone before the new one starts. */
  readonly exclusive: boolean
  readonly healthy: { readonly within: number; readonly for: number }
  /** 0: not watched. */
  readonly watch: number
  readonly autoRollback: boolean
  /** Blue-green: how long the new one is watched before the cut-over; 0: not at all. */
  readonly bake: number
  readonly keep: number
  /** Tries in all; 1: it is not tried again. */
  readonly retry: number
  /** Of each command of validate and build. */
  readonly timeout: number
  /** Starts the service where its manager does not know it yet; runs in the live release. */
  readonly start?: Command
  readonly blueGreen?: BlueGreenConfig
  readonly webhook?: { readonly secret: string; readonly auto: boolean }
}

/** Two PM2 apps NAME-blue and NAME-green, and the part of nginx that says which of them is asked. */
export interface BlueGreenConfig {
  readonly ports: { readonly blue: number; readonly green: number }
  /** Absolute path of a file that nginx includes inside its `upstream` block. */
  readonly include: string
  readonly test: Command
  readonly reload: Command
}

/** Something done on a schedule. */
export interface TaskConfig {
  readonly name: string
  readonly kind: string
  /** Names of what it is about, for a kind of job that has no settings of its own: a backup. */
  readonly about?: Readonly<Record<string, string>>
  /** node-cron's five fields, in the config's zone. */
  readonly schedule: string
  /** What the kind needs: passed the schema of that fix, or of that kind of job. */
  readonly params: unknown
  /** Milliseconds. */
  readonly timeout: number
  readonly env?: Readonly<Record<string, string>>
}

/** The params of a task of the kind rolling-restart. Durations in milliseconds. */
export interface RollingRestartParams {
  readonly services: 'all' | readonly string[]
  readonly within: number
  /** How long it must stay healthy. */
  readonly for: number
  /** How long new errors are looked for in its log; 0: what is there at once. */
  readonly watch: number
}

export interface ServiceConfig {
  readonly name: string
  readonly host: string
  readonly manager: ManagerConfig
  readonly env: Readonly<Record<string, string>>
  readonly restart: 'auto' | 'ask'
  /** The check that every service is: kind `service`, the service's name, its health in `params`. */
  readonly check: CheckConfig
  readonly deploy?: DeployConfig
}

export interface FixConfig {
  readonly name: string
  readonly kind: string
  readonly params: unknown
  readonly attempts: number
  readonly backoff: number
  readonly cooldown: number
  readonly maxPerHour: number
  readonly timeout: number
  /** Absent: the fix's risk decides. */
  readonly approve?: boolean
  /** The kind's own values stand in for what the file leaves out. */
  readonly verify: { readonly within?: number; readonly every?: number; readonly hold?: number }
  /** Variables for the commands that the fix runs. */
  readonly env?: Readonly<Record<string, string>>
}

export interface HostConfig {
  readonly name: string
  readonly local: true
  readonly role?: string
}

/** When a secret was last changed, as the file notes it. */
export interface SecretAge {
  /** Of its variable: BOT_TOKEN. */
  readonly name: string
  /** ISO date. */
  readonly rotated: string
  /** Milliseconds after which it is to be changed again. */
  readonly every: number
}

export interface Config {
  /** null: no file, the built-in defaults. */
  readonly file: string | null
  readonly timezone: string
  readonly language: string
  readonly defaults: boolean
  readonly operators: readonly Operator[]
  readonly notify: {
    /** `{ id: 0 }`, which Telegram gives to nobody, where neither file nor environment names anyone. */
    readonly chat: Chat
    /** "HH:MM" in `timezone`; they may cross midnight. */
    readonly quietHours?: {
      readonly from: string
      readonly to: string
      /** Days on which they begin, 1 = Monday … 7 = Sunday; absent: every day. */
      readonly days?: readonly number[]
    }
    readonly heartbeat: {
      readonly schedule: string
      readonly send: 'on-change' | 'always' | 'never'
    }
    /** Asked every so many milliseconds while all is well: who is not asked raises the alarm. */
    readonly pingOut?: { readonly url: string; readonly every: number }
  }
  readonly hosts: readonly HostConfig[]
  readonly services: readonly ServiceConfig[]
  readonly checks: readonly CheckConfig[]
  readonly fixes: readonly FixConfig[]
  readonly tasks: readonly TaskConfig[]
  /** In the order of the file. */
  readonly backups: readonly BackupConfig[]
  /** PM2 processes become services unless the file has a pm2 check of its own or `defaults: off`. */
  readonly discover: boolean
  /** In the order of the file. */
  readonly secretAges: readonly SecretAge[]
  /** Values that must never be shown: what came from `file:` and from variables that are secrets. */
  readonly secrets: readonly string[]
}

# Texts of the Telegram room and of the handlers. <b>, <i> and <code> may be used; arguments are escaped.

## Parts of messages
joined = { $a } · { $b }
on-host = { $name } on { $host }
marked = { $mark } { $name }
more-lines = { $n ->
    [one] … 1 more line
   *[other] … { $n } more lines
}
late-note = 🕓 <i>Told late: this is about { $time }.</i>
in-the-file = All of it is in the file.
advice = 👉 { $advice }
runbook = 📖 { $runbook }

span-ms = { $n } ms
under-a-second = under a second
span-s = { $n } s
span-min = { $n } min
span-h = { $n } h
span-d = { $n } d
value-unknown = unknown
value-yes = yes
value-no = no
state-word = { $state ->
    [bad] wrong
    [doubt] in doubt
    [unknown] unknown
   *[ok] ok
}

## Answers to anything
refused = ❌ { $why }
fault = ❌ { $what } failed: a fault of mine. Details are in my log.
needs-role = ❌ This needs the role { $role }; yours is { $yours }.
command-needs-role = ❌ /{ $name } needs the role { $role }; yours is { $yours }.
too-fast = ✋ Too fast. I listen again in a minute.
busy = ✋ I am still busy with what you asked before. Try again in a moment.
only-commands = I only understand commands: /help
unknown-command = ❌ There is no /{ $name }: see /help
unknown-command-near = ❌ There is no /{ $name }. Did you mean { $near }?
button-unknown = This button is no longer of use.
bad-number = ❌ “{ $text }” is not a number of lines.
pick-more = … and { $n } more: type the name.
not-found = ❌ There is nothing called “{ $name }”.
not-found-near = ❌ There is nothing called “{ $name }”. Did you mean { $near }?

## Confirmations
confirm-title = ❓ <b>{ $label }?</b>
confirm-warning = ⚠️ { $warning }
confirm-steps = This will be done:
confirm-until = Nothing happens before you press. Good for 2 minutes.
confirm-cancel = Cancel
confirm-late = 🕓 This came { $age } after you sent it.
confirm-late-label = Run { $command }
confirm-restarting = ⏳ Restarting { $service }…
confirm-doing = ⏳ { $label }…
confirm-accepted = ▶️ { $label }
confirm-cancelled = ✖️ Cancelled: { $label }. Nothing was done.
confirm-expired = ⌛ Expired: { $label }. Nothing was done.
confirm-failed = ❌ { $label }: { $why }
confirm-fault = ❌ { $label } failed: a fault of mine. Details are in my log.
confirm-not-begun = Nothing was done.
confirm-taken = On it
confirm-used = This was already confirmed. It works once.
confirm-was-cancelled = Cancelled. Nothing was done.
confirm-gone = Expired: nothing was done. Ask again.
confirm-unknown = I no longer know this question. Ask again.
confirm-foreign = This belongs to { $name }. Ask for your own.

## /start /help
start-hello = 👋 Hello { $name }. Your role here is { $role }.
start-watching = { $checks ->
    [one] I run 1 check on { $hosts }.
   *[other] I run { $checks } checks on { $hosts }.
}
start-wrong = { $n ->
    [one] ⚠️ 1 thing is wrong: /incidents
   *[other] ⚠️ { $n } things are wrong: /incidents
}
start-next = /status shows how everything is, /help what else I understand.
help-title = <b>What I understand</b>
help-line = { $command } – { $about }
help-names = A name may be shortened. Without one I show what there is.

## /status /checks
status-ok = { $checks ->
    [one] ✅ <b>All is well</b> · 1 check
   *[other] ✅ <b>All is well</b> · { $checks } checks
}
status-wrong = { $n ->
    [one] ⚠️ <b>1 thing is wrong</b>
   *[other] ⚠️ <b>{ $n } things are wrong</b>
}
status-held = ⚠️ { $why }
host = 🖥 <b>{ $name }</b>
host-role = 🖥 <b>{ $name }</b> · { $role }
host-up = { $host } · up { $for }
vital = { $name }: { $values }
vital-new = { $name }: not measured yet
vital-problem = { $name }: cannot be checked: { $why }
reading = { $value }
reading-of = { $subject } { $value }
services-up = { $n ->
    [one] ✅ 1 service up: { $names }
   *[other] ✅ { $n } services up: { $names }
}
services-none = There are no services. Name some under <code>services</code> in the config.
service-gone = This service is no longer there.
service-is = { $restart ->
    [auto] Service under { $manager }; I restart it when it is down.
   *[ask] Service under { $manager }; only you restart it.
}
check-line = { $mark } <b>{ $name }</b>: { $values }
check-line-more = { $mark } <b>{ $name }</b>: { $values } · { $n } more
check-new = { $mark } <b>{ $name }</b>: not measured yet
check-problem = { $mark } <b>{ $name }</b> cannot be checked: { $why }
checks-none = There are no checks.
checks-title = { $wrong ->
    [0] ✅ <b>{ $n } checks</b>, nothing is wrong
    [one] ⚠️ <b>{ $n } checks</b>, 1 is wrong
   *[other] ⚠️ <b>{ $n } checks</b>, { $wrong } are wrong
}
details-title = { $mark } <b>{ $name }</b> · { $kind }
details-problem = ❔ Cannot be checked: { $why }
details-stale = ❔ Nothing new since { $last }.
details-subject = <b>{ $subject }</b>
details-metric = { $means } { $value }
details-level = { $severity }: <code>{ $threshold }</code>
details-fix = Fix: { $fix }
details-silenced = 🔕 Silenced until { $until }
details-never = Not run yet · every { $every }
details-run = Last run { $last } · every { $every }

## /incidents /ack
incidents-none = No open incidents
incidents-open = { $n ->
    [one] <b>1 open incident</b>
   *[other] <b>{ $n } open incidents</b>
}
incident-line = { $mark } <b>{ $name }</b>: { $what } · since { $since }
incident-line-taken = { $line } · 👤 { $by }
details-incident = { $mark } <b>{ $name }</b> · { $severity }
details-since = Since { $at }
details-was = { $ending ->
    [fixed] ✅ Fixed after { $for }, since { $from }
    [restarted] ✅ Restarted after { $for }, since { $from }
    [gone] It is no longer there. It was wrong for { $for }, since { $from }
    [removed] It is no longer checked. It was wrong for { $for }, since { $from }
   *[recovered] ✅ Over by itself after { $for }, since { $from }
}
details-taken = 👤 { $by } has taken it at { $at }
incident-over = { $name } is over already.
incident-unknown = I no longer know this incident.
what-value = { $means } { $value } ({ $threshold })
what-bad = { $means }
what-unknown = cannot be checked: { $why }
what-stopped = somebody stopped it
details-tried = What was tried:
attempt = { $n }. { $fix } at { $at }: { $state ->
    [running] running
    [verifying] waiting to see whether it helped
    [verified] it helped
    [interrupted] interrupted, how it ended is not known
    [nothing-to-do] there was nothing to do
   *[failed] it did not help
}
attempt-by = { $line } ({ $by })
attempt-result = { $line } · { $result }
ack-which = Which one do you take?
ack-all-taken = Every open incident is taken already.
ack-not-found = ❌ No open incident is called “{ $name }”. These are open:
ack-done = ✅ Acknowledged { $name }
ack-done-all = ✅ Acknowledged { $n } incidents
ack-taken = ❌ { $name } was already taken by { $by }
button-details-of = { $name }

## /silence /unsilence
silence-line = 🔕 { $check } until { $until } ({ $by })
silence-which = Silence what?
silence-all = Everything
everything = everything
silence-how-long = Silence { $name } for how long?
silence-bad = ❌ “{ $text }” is not a duration. Write 30m, 2h or 1d.
silence-done = ✅ Silenced { $name } until { $until }
unsilence-none = Nothing is silenced.
unsilence-which = Silenced now:
unsilence-done = ✅ Unsilenced { $name }
unsilence-not = ❌ { $name } is not silenced.

## /restart /logs
restart-which = Restart what?
no-service = { $name } belongs to no service.
logs-which = Logs of what?
logs-none = { $service } has no log lines.
logs-title = { $n ->
    [one] 📄 <b>{ $service }</b>, the newest line
   *[other] 📄 <b>{ $service }</b>, the newest { $n } lines
}

logs-usage = ❌ “{ $text }” is neither a number of lines nor “errors”. Write /logs { $service } 100 or /logs { $service } errors.
button-log-errors = Errors by pattern
log-errors-none = ✅ { $service }: no errors in the newest { $lines ->
    [one] line
   *[other] { $lines } lines
}
log-errors-title = { $n ->
    [one] 📄 <b>{ $service }</b>: 1 error in the newest { $lines } lines
   *[other] 📄 <b>{ $service }</b>: { $n } errors in the newest { $lines } lines, { $patterns ->
        [one] all alike
       *[other] of { $patterns } patterns
    }
}
log-pattern = <b>{ $n }×</b> { $pattern }
log-pattern-at = { $what } · { $at }
log-pattern-between = { $what } · { $from } to { $to }
log-errors-more = { $n ->
    [one] … and 1 more pattern
   *[other] … and { $n } more patterns
}

## /history /audit
history-none = Nothing has happened yet.
history-title = <b>Lately, newest first</b>
history-line = { $at } { $text }
audit-none = Nobody has done anything yet.
audit-title = <b>Who did what, newest first</b>
audit-line = { $at } { $who }: { $what } → { $result }

## /settings /cancel
settings-title = <b>Mechanic { $version }</b>
settings-problem = ❌ The config file was changed but not taken over: { $why }
settings-config = Config: <code>{ $file }</code>, read { $at }
settings-zone = Time zone { $zone }, language { $language }
settings-quiet = Quiet hours { $from } to { $to }
settings-quiet-days = Quiet hours { $from } to { $to }, beginning on { $on }
settings-no-quiet = No quiet hours
settings-heartbeat = Heartbeat <code>{ $schedule }</code>, sent { $send }
settings-process = Up { $up }, { $memory } of memory
settings-operators = <b>Operators</b>
settings-operator = { $name } · { $role } · { $id }
settings-unreachable = ❌ { $name } · { $role } · { $id }: I cannot reach them. They have to open this chat and press Start.
cancel-done = { $n ->
    [one] ✅ Cancelled 1 question. Nothing was done.
   *[other] ✅ Cancelled { $n } questions. Nothing was done.
}
cancel-none = There is nothing to cancel.

## /run
run-tasks = 🗓 <b>Scheduled</b>
run-task = <b>{ $name }</b> ({ $kind }), next { $next }
run-task-running = ⏳ <b>{ $name }</b> ({ $kind }) is running
run-task-waits = ⏸ <b>{ $name }</b> ({ $kind }) waits until an admin applies the schedule
run-task-never = { $head }, never run yet
run-task-last = { $head }, last { $at }: { $text }
run-which = <b>What shall I run?</b> A task asks first; a rehearsal or a test alert touches nothing that is in use.
run-rehearse = Rehearse { $name }
run-test-alert = Test alert
run-plan-only = { $name } (plan only)
run-no-fixes = There are no fixes. Name some under <code>fixes</code> in the config, and in the checks that need them.
run-gone = That is no longer there.
rehearse-which = Rehearse which fix? I make its fault in a place of its own, fix it for real, and clean up.
rehearsing = ⏳ Rehearsing { $name }… up to 2 minutes.
test-alert-which = A test alert of which check?
test-alert-sent = 🧪 A test alert of { $name } is on its way. It says itself what came of it.
test-alert-sent-alone = 🧪 A test alert of { $name } is on its way. These are quiet hours, so it comes to you alone, without sound.

## Long actions
job-line = ⏳ { $headline }, since { $since }
job-line-step = ⏳ { $headline }, { $step }, since { $since }
job-line-by = { $what }, { $by }
job-no-log = Its output is not kept any more.

## /deploy /rollback
deploy-which = Deploy what?
deploy-none = No service can be deployed. Say in the config where one comes from:
deploy-not-configured = ❌ { $service } cannot be deployed: it has no <code>deploy</code> in the config. Add there:
rollback-which = Roll back what?
rollback-none = ❌ { $service } has no releases yet: nothing was deployed by me.
rollback-only = <b>{ $service }</b> has one release. There is nothing to go back to.
rollback-to-which = <b>{ $service }</b>: back to which release?
rollback-not-found = ❌ { $service } has no release “{ $wanted }”. These are there:
rollback-several = { $service }: “{ $wanted }” means several. Which one?
rollback-live = { $service } { $commit } is live already.
rollback-gone = This release is no longer there.
rollback-button = { $commit } · { $at }
rollback-release = { $live ->
    [yes] ▶️ <b>{ $commit }</b> { $at } · { $subject } · by { $by } · live now, { $lived }
   *[no] <b>{ $commit }</b> { $at } · { $subject } · by { $by } · { $ever ->
        [yes] was live { $lived }
       *[no] never live
    }
}
confirm-looking = 🔎 Looking what would be done…

## /backup
backup-all = 💾 <b>Backups</b>
backup-none = There are no backups. Name one under <code>backups</code> in the config:
backup-gone = This backup is no longer there.
backup-word = ❌ “{ $word }” is nothing to do with a backup. It is one of { $words }.
backup-light = { $light ->
    [good] 🟢
    [doubtful] 🟡
   *[bad] 🔴
}
backup-line = { backup-light } <b>{ $name }</b>: { $age } old, { $size } · { $trust }
backup-line-none = { backup-light } <b>{ $name }</b>: no good snapshot
backup-line-new = { backup-light } <b>{ $name }</b>: not taken yet
backup-line-failed = { $head } · ⚠️ last run was not good ({ $at })
backup-line-running = { $head } · ⏳ running
backup-line-next = { $head } · next { $next }
backup-unproven = not proven yet
backup-never-proven = never proven
backup-proven = proven { $ago } ago
backup-proof-old = last proven { $ago } ago, which is too long
backup-drill-failed = the last drill failed
backup-verify-failed = the last verification failed
backup-title = { backup-light } <b>{ $name }</b> · { $source }
backup-repository = In { $repository }
backup-snapshot = Newest: { $at } ({ $age } old), { $size }, { $id }
backup-no-snapshot-yet = There is no good snapshot yet.
backup-not-taken-yet = It was not taken yet.
backup-failure = ⚠️ The last run was not good, { $at }: { $why }
backup-never-drilled = 🟡 Nobody has restored it yet. An untested backup does not count: try a drill.
backup-proof = { $ok ->
    [yes] ✅
   *[no] ❌
} { $kind ->
    [drill] Drill
   *[verify] Verified
} { $at }: { $text }
backup-measured = A restore takes { $rto }; the data in it was { $rpo } old.
backup-lag = The replica is { $lag } behind.
backup-lag-unknown = ❔ Nobody can tell how far the replica is behind.
backup-replica-trouble = ⚠️ The replica: { $why }
backup-is-running = ⏳ Something is being done with it now.
backup-next = Next run { $next }
backup-unapplied = ⚠️ It does not run by itself yet: its schedule waits until an admin presses Apply schedule in the message about that.
backup-unscheduled = It has no schedule: it runs by hand, and before deploys that name it.
backup-button = { $word ->
    [now] Back up { $name }
    [verify] Verify { $name }
    [drill] Drill { $name }
   *[unlock] Unlock { $name }
}
backup-restore = Restore { $name }
backup-accepted = ✅ { $snapshot } of { $name } counts as good now.
backup-not-doubtful = Nothing is doubtful about { $snapshot } of { $name } any more.

## Restore
confirm-type-title = ⌨️ <b>{ $label }: sure?</b>
confirm-type = To go on, type { $phrase } within 2 minutes (in a group: as a reply to this message).
confirm-type-toast = Now type: { $phrase }
confirm-type-other = ❌ Not what I asked for. Type “{ $phrase }” to go on, or /cancel.
hold-since = { $service } was restored from the backup { $backup } on { $at }. What it has signed since that data may be unknown to it.
hold-epochs = Two epochs (12.8 min) must have passed since any copy of { $service } last attested, and no other copy may run, on no machine.
hold-proof = See it on a beacon node: POST /eth/v1/validator/liveness/EPOCH with your indices says is_live false for the last two epochs.
restore-none = There are no backups to restore: see /backup.
restore-which = Which backup do you want back?
restore-snapshots = { $n ->
    [one] <b>{ $name }</b>: 1 snapshot. Which one?
   *[other] <b>{ $name }</b>: { $n } snapshots. Which one?
}
restore-snapshot = { $at }, { $age } old{ $sized ->
    [yes] , { $size }
   *[no] {""}
} · { $id }{ $kind ->
    [doubtful] {" "}· ⚠️ { $doubt }
    [safety] {" "}· 🛟 what was live before a restore
   *[usual] {""}
}
restore-button = { $at } · { $id }{ $kind ->
    [doubtful] {" "}⚠️
    [safety] {" "}🛟
   *[usual] {""}
}
restore-how = Or name one: /restore { $name } latest, or "2026-11-21 03:00" for the newest one before.
restore-how-points = Any moment can be restored: /restore { $name } "2026-11-21 03:00".
restore-empty = There is no snapshot of { $name } yet.
restore-where = Restore <b>{ $name }</b>, { $what }: where to?
restore-where-how = To the side takes nothing away: look at it first. Or type: /restore { $name } { $what } side (or live).
restore-to-side = To the side
restore-to-live = Over live data

# Incidents, summaries and notes. Tags: <b> <i> <code>; arguments are escaped.
verbatim = { $text }

incident-name = { $check }
incident-name-subject = { $check } { $subject }
incident-name-host = { $check } on { $host }
incident-name-subject-host = { $check } { $subject } on { $host }
incident-headline = { $icon } <b>{ $name }</b> { $condition }
condition-flag = { $metric ->
    [looping] { $tense ->
        [was] kept crashing
       *[is] keeps crashing
      }
    [unmet] { $tense ->
        [was] answered, but not what it should
       *[is] answers, but not what it should
      }
    [failed] { $tense ->
        [was] had failed
       *[is] has failed
      }
    [crashes] crashed
    [warning] { $tense ->
        [was] reported a warning
       *[is] reports a warning
      }
    [critical] { $tense ->
        [was] reported a critical state
       *[is] reports a critical state
      }
   *[other] { $tense ->
        [was] was { $metric }
       *[is] is { $metric }
      }
  }
condition-number = { $metric } { $value } (limit { $threshold })
condition-unknown = { $tense ->
    [was] could not be checked
   *[is] cannot be checked
  }
condition-stopped = was stopped by hand
incident-saw = { $saw }
incident-since = Since { $since }
incident-acknowledged = 👤 { $by } is on it
incident-advice = 👉 { $advice }
incident-runbook = 📖 { $runbook }
incident-worsened = { $headline } — now critical
incident-reminder = ⏰ Still open after { $since }: { $headline }
incidents-title = { $open ->
    [0] ✅ <b>All { $all } over</b>
   *[other] <b>{ $open } of { $all } still wrong</b>
  }
evidence-title = { $title }

remedy-running = 🔧 { $fix }: trying, { $attempt } of { $of }
remedy-verifying = 🔧 { $fix }: done, watching whether it holds ({ $attempt } of { $of })
remedy-backing-off = 🔧 { $fix }: trying, { $attempt } of { $of } did not help ({ $result }), next at { $next }
remedy-exhausted = 🔧 { $fix }: tried { $of } times, did not help: { $result }
remedy-approval = 🔧 { $fix }: waits for your word
remedy-cooling = 🔧 { $fix }: did not help, not tried again before { $next }
remedy-limited = 🔧 { $fix }: used up for this hour, next at { $next }
remedy-nothing-to-do = 🔧 { $fix }: found nothing it could do
remedy-verified = 🔧 { $fix }: helped

ended-recovered = ✅ <b>{ $name }</b> is fine again: { $condition } { $from } to { $until } ({ $lasted })
ended-fixed = ✅ <b>{ $name }</b> fixed by { $fix }: { $condition } { $from } to { $until } ({ $lasted })
ended-restarted = ✅ <b>{ $name }</b> is fine again after a restart by hand: { $condition } { $from } to { $until } ({ $lasted })
ended-stopped = ⏸ <b>{ $name }</b> was stopped by hand at { $until }; { $condition } for { $lasted } before
ended-gone = ➖ <b>{ $name }</b> is gone: { $condition } { $from } to { $until }
ended-removed = ➖ <b>{ $name }</b> is no longer watched: { $condition } { $from } to { $until }

button-acknowledge = Acknowledge
button-silence = Silence 1h
button-logs = Logs
button-restart = Restart
button-fix = Fix now
button-details = Details
button-acknowledge-one = Acknowledge { $check }
button-details-one = Details { $check }

brief-title = ☀️ <b>Good morning.</b> { $open ->
    [0] Nothing is broken.
   *[other] { $open } still broken.
  }
digest-open = <b>Still broken</b>
digest-fixed = <b>Fixed by me</b>
digest-healed = <b>Healed alone</b>
digest-noted = <b>Noted</b>
digest-elsewhere = <b>Told before, still open this morning</b>
digest-since = <b>Since then</b>
digest-backups = <b>Backups not to be relied on</b>
digest-backup-failing = <b>{ $name }</b>: no good run since { $at }: { $why }
digest-backup = <b>{ $name }</b> { $trust ->
    [none] has no good snapshot
    [failed] failed its last trial
   *[overdue] was not proven for too long
}
digest-counted = <b>{ $name }</b> { $times } times, { $from } to { $until }
summary-title = { $open ->
    [0] 💚 <b>All well</b>
   *[other] 🟠 <b>{ $open } open</b>
  } · { $checks } checks{ $stale ->
    [0] { "" }
   *[other] , { $stale } without fresh data
  } · since { $from }

first-run-title = 👋 Mechanic is on duty on <b>{ $host }</b>.
first-run-watching = Watching { $checks } checks, { $services } of them services.
first-run-well = Nothing is wrong right now.
first-run-wrong = <b>Already wrong</b>
first-run-unreachable = ⚠️ Cannot be reached until they press Start: { $names }
first-run-hint = /status shows everything, /help what I can do.

init-greeting = 👋 Hello { $name }. I know you now; go on in your terminal.
init-hello = 👋 Mechanic is set up.
init-checks = I watch { $names }.
init-services = Services: { $names }.
init-hint = Once I run, /status shows everything.

held-back = Another bot uses my token: I fix nothing by myself until it is gone.
blind = 🙈 I was away from { $from } to { $until } ({ $total }{ $times ->
    [1] { "" }
   *[other] , { $times } times
  }). Nothing was watched meanwhile.
reload-refused = ❌ The config was not reloaded; the one before stays in force.

# What an operator had done
confirm-restart = Restart { $service }
confirm-fix = Fix { $name }
confirm-busy = Right now: { $what }, since { $since }.
outcome-restarted = ✅ Restarted <b>{ $service }</b>
outcome-restart-failed = ❌ Restart { $service }: { $result }
outcome-fixed = ✅ Fixed <b>{ $name }</b>: { $result }
outcome-fix-failed = ❌ Fix { $name }: { $result }
outcome-verified = { $after } — verified { $lasted } after the press
outcome-nothing-to-do = ❌ { $name }: there is nothing left to do
outcome-interrupted = ❌ { $label }: interrupted, I am stopping. I judge it when I am back.
outcome-cut-short = ⏸ { $label }: I was interrupted. What came of it stands below.
outcome-lost = ❌ { $label }: I was interrupted before I began; nothing was done. Ask again.
outcome-busy = ❌ { $label }: { $who } is at it since { $since } ({ $what })
outcome-changed = ❌ { $label }: things have changed since you were asked. Ask again.
outcome-done-already = ❌ { $label }: that was done already

alarm-title = 🔴 <b>I cannot use my own database</b> on { $host } since { $since }
alarm-problem = { $problem }
alarm-means = Until I can, I fix nothing and tell you only here what I see.
alarm-advice = 👉 Free space on the disk that holds { $home }, or see why it cannot be written. Then I go on by myself.
alarm-wrong = Wrong right now:
alarm-item = <b>{ $name }</b>: { $saw }
alarm-more = and { $n } more
alarm-over = ✅ <b>I can use my database again</b> on { $host }: I could not from { $from } to { $until } ({ $lasted })
alarm-start = 🔴 <b>I cannot start</b> on { $host }: my database cannot be opened
alarm-blind = Nothing is watched meanwhile. I try again every 30 seconds.
alarm-do = 👉 { $advice }

secrets-title = { $count ->
    [one] 🔑 <b>A secret is due to be changed</b>
   *[other] 🔑 <b>{ $count } secrets are due to be changed</b>
  }
secrets-item = { $name }: { $days } days old, since { $rotated }
secrets-advice = 👉 Make a new one, put it in its place, and note the day under <code>secrets</code> in the config.
silence-ends = 🔔 The silence on <b>{ $check }</b> ends at { $until }. Then this sounds again:
silence-ends-all = 🔔 The silence on everything ends at { $until }. Then this sounds again:
# Trying something out
rehearsal-fixed = ✅ Rehearsed <b>{ $fix }</b>: it works, { $took } in all
rehearsal-failed = ❌ Rehearse { $fix }: { $problem }
rehearsal-planned = ❌ Rehearse { $fix }: I do not know how to make the fault that a { $kind } fix is for. Nothing was done.
rehearsal-fault = 💥 Made: { $fault }
rehearsal-seen = 👁 Seen after { $after }: { $saw } (limit { $limit })
rehearsal-acted = 🔧 { $result }, in { $acted }
rehearsal-in-vain = 🔧 Did not help: { $result }
rehearsal-verified = ☑️ Verified after { $in }: { $after }
rehearsal-proof = 🛟 { $proof }
rehearsal-clean = 🧹 Cleaned up: no file and no process is left of it.
rehearsal-left = ⚠️ Not cleaned up.
rehearsal-differs = Other than in real life: { $what }
rehearsal-steps = Exactly this was done
rehearsal-plan = This is what it would do right now

test-alert = 🧪 <b>TEST</b>, asked for by { $by }. Nothing is wrong. A real alert would say:
test-alert-over = ✅ <b>TEST over</b>: an alert of { $name } was here in { $total }. Asked for by { $by }; nothing was wrong.
test-alert-stages = judged { $judged } → incident { $composed } → stored { $stored } → queued { $waited } → at Telegram { $delivered }
test-alert-edited = { $stages } → edited { $edited }
test-alert-said = A real alert would say:
test-alert-refused = ❌ Test alert of { $check }: Telegram does not take it in the chat { $chat } ({ $why }). Put that right under <code>notify</code> in the config: real alerts go there too.

# Long actions
job-running = ⏳ <b>{ $headline }</b>
job-step-of = Step { $number } of { $of }: { $step }
job-step-elapsed = { $step } · { $elapsed }
job-step-cancelling = { $shown } · cancelling …
job-output = Output
job-restarted = ⚠️ I was restarted in the middle of “{ $step }”, and went on from what I found.
job-took = Took { $took }
job-took-by = Took { $took }, ordered by { $by }
job-slower = 🐢 Slower than usual: { $took }, usually { $usual }
job-log = 📄 The whole output
job-abandoned = ❌ <b>{ $headline }</b> was left half-done: { $why }
job-abandoned-advice = 👉 See what state it is in; I do nothing more about it by myself.
job-cancel-over = That is over already.
job-cancel-not-now = Stopping in the middle of this step is not safe.
job-cancel-already = It is being cancelled already.
job-cancel-taken = Cancelling …
button-job-cancel = Cancel
button-job-log = Log

# Tasks and their schedule
schedule-changed = 🗓 <b>The config has another schedule of tasks</b>
schedule-until = 👉 Until an admin applies it, what is new waits and the rest runs at its old times. What was removed no longer runs.
schedule-apply = Apply schedule
schedule-applied = ✅ Applied the schedule: { $count ->
    [one] 1 task
   *[other] { $count } tasks
  }
schedule-applied-by = ✅ { $by } applied the schedule at { $at }
schedule-superseded = 🗓 The schedule has changed once more: the newest message counts.
schedule-as-before = 🗓 The config has the schedule of before again: nothing is to be applied.
task-not-begun = ❌ The task <b>{ $name }</b> could not begin: { $why }
task-next = It is due again { $at }.
task-run = Run { $name }
task-running = Running { $name }
task-step-look = Looking what there is to do
task-step-act = Doing it
task-step-restart = Restarting
task-done = ✅ Ran <b>{ $name }</b>: { $result }
task-nothing = ✅ Ran <b>{ $name }</b>: there was nothing to do
task-nothing-now = Right now there is nothing it would do.
task-failed = ❌ Running <b>{ $name }</b> failed: { $why }
task-failed-advice = 👉 See the log; it runs again at its next time, or with /run.
task-interrupted = ❌ Running <b>{ $name }</b> was interrupted by a restart of the bot
task-interrupted-advice = 👉 How far it came is unknown, so I do not do it again by myself. See what it has done, then /run.
task-cancelled = ❌ Running <b>{ $name }</b> was cancelled
rolling-running = Rolling restart { $name }
rolling-rule = One by one: the next only when this one is healthy again, within { $within }. Its log is watched for { $watch }.
rolling-left-out = Left out: { $names }
rolling-step-restart = Restarting { $name }
rolling-step-settle = Waiting until { $name } is healthy
rolling-step-watch = Watching the log of { $name }
rolling-done = ✅ Restarted { $count ->
    [one] { $names }
   *[other] { $count } services: { $names }
  }
rolling-nothing = ✅ Nothing to restart
rolling-stopped = Stopped by a person, so left alone: { $names }
rolling-news = ⚠️ New errors in the log of { $service } since its restart ({ $count })
rolling-not-back = ❌ <b>{ $name }</b> did not come back: { $why }
rolling-not-back-advice = 👉 See /logs { $name }, then /restart { $name }. The others are untouched.
rolling-restarted = Restarted and healthy: { $names }
rolling-not-begun = Not begun: { $names }
rolling-interrupted = ❌ The rolling restart ended at <b>{ $name }</b>: { $why }
rolling-cancelled = ❌ <b>{ $task }</b> was cancelled

push-title = ⬆️ <b>{ $service }</b>: { $pusher } pushed { $commits ->
    [0] to { $branch }
    [one] 1 commit to { $branch }
   *[other] { $commits } commits to { $branch }
  }
push-commit = <code>{ $commit }</code> { $subject } ({ $author })
push-not-deployed = ❌ It was not deployed: { $why }
button-deploy = Deploy { $service }

# Deploys and rollbacks.
job-step-fetch = Fetching
job-step-validate = Checking
job-step-rehearse = Rehearsing
job-step-backup = Backing up
job-step-build = Building
job-step-warm = Starting the new copy
job-step-gate-copy = Looking at the new copy
job-step-bake = Watching the new copy
job-step-baseline = Measuring
job-step-switch = Switching
job-step-activate = Reloading
job-step-stop = Stopping
job-step-start = Starting
job-step-cut-over = Cutting over
job-step-gate = Waiting until healthy
job-step-watch = Watching
job-step-cool = Stopping the old copy
job-step-retire = Removing old releases
job-step-inspect = Finding out where it stands
job-step-back = Switching back
job-step-activate-old = Reloading the earlier release
job-step-stop-new = Stopping
job-step-start-old = Starting the earlier release
job-step-cut-back = Cutting back
job-step-gate-old = Waiting until healthy again
job-step-withdraw = Taking it away again
job-step-tidy = Tidying up
job-step-wait = Waiting before the next try

job-why-unknown = nobody knows why
job-why-said = { $why }
job-why-done = { $step }: { $why }
job-why-failed = { $step }: { $why }
job-why-late = { $step } took too long: { $why }
job-why-cancelled = { $step }: { $why }
job-why-cut-short = { $step }: I was ended in the middle of it

deploy-headline = Deploying { $service } { $short }
deploy-label = Deploy { $service }
deploy-fact-commit = Commit { $short } ({ $ref })
deploy-fact-subject = “{ $subject }” by { $author }, { $at }
deploy-fact-since = Since { $from }, which is live: { $commits ->
    [0] no commits
    [one] one commit
   *[other] { $commits } commits
  }, { $files ->
    [0] no file changed
    [one] one file changed
   *[other] { $files } files changed
  }
deploy-fact-back = ⏪ Goes back in history: { $back ->
    [one] one commit
   *[other] { $back } commits
  } of { $from }, which is live, would be gone ({ $files ->
    [one] one file differs
   *[other] { $files } files differ
  })
deploy-fact-unrelated = What is live ({ $from }) is not in the repository any more: nobody knows what changes
deploy-warn-same = This very commit is live already.
deploy-warn-first = First deploy of { $service }: should it fail, there is nothing to go back to.
deploy-warn-elsewhere = { $service } runs already, but from no release: see that it is set up to start in { $current }, or it goes on with what it has.
deploy-warn-unknown = Nothing runs { $service } yet, and the config has no deploy.start: starting it will fail.
deploy-warn-down = { $service } does not run now. It is started, also where somebody has stopped it.
deploy-warn-gap = { $service } does not answer for about { $gap } while it is reloaded.
deploy-warn-stop = { $service } does not answer from its stop until the new release is up.
deploy-warn-backup = The backup { $backup } { $trust ->
    [new] was never taken
    [none] was never taken
    [unproven] was never restored
    [overdue] was not proven for too long
   *[failed] failed its last trial
}: nobody knows whether it could save this deploy.

deploy-done = ✅ <b>Deployed { $service } { $short }</b>
deploy-snapshot = 💾 { $backup } was backed up before: snapshot { $id }
deploy-repository-made = 🆕 The repository of { $name } was made. Keep its password where this machine cannot lose it: without it nothing can be restored.
deploy-undone = ❌ <b>Rolled back { $service } to { $previous }</b>
    { $why }
deploy-withdrawn = ❌ <b>{ $service } was not deployed</b>
    { $why }
    It was the first deploy, so there is nothing to go back to. What it had made was taken away again.
deploy-unchanged = ❌ <b>{ $service } was not deployed</b>
    { $why }
    Nothing was changed.
deploy-cancelled = ❌ <b>Cancelled the deploy of { $service } { $short }</b>
    Nothing was changed.
deploy-stuck = ❌ <b>{ $service } is not healthy and could not be rolled back</b>
    { $why }
deploy-stuck-trouble = On the way back: { $why }.
deploy-stuck-advice = 👉 Look at /status { $service } and at its log. Then try /rollback { $service } again, or see docs/runbooks/failed-deploy.md.
deploy-stuck-first = 👉 It was the first deploy of { $service }. Look at its log and deploy a commit that works; see docs/runbooks/failed-deploy.md.
deploy-worse = ⚠️ Worse than before: { $why }. It was left as it is: /rollback { $service } goes back.
deploy-note = ⚠️ { $why }.
deploy-tries = Tried { $tries } times.
deploy-left = ⚠️ Something could not be removed. The next deploy tries again.

rollback-headline = Rolling back { $service } to { $short }
rollback-label = Roll back { $service }
rollback-fact-to = To { $short }, built { $at }
rollback-fact-subject = “{ $subject }” by { $author }
rollback-fact-lived = It was live for { $lived } in all
rollback-cannot = Not undone: changes to databases, to shared files, and whatever else was done outside of the release.
rollback-done = ✅ <b>Rolled back { $service } to { $short }</b>
rollback-undone = ❌ <b>{ $service } was not rolled back</b>
    { $why }
    It runs { $previous } again.
rollback-unchanged = ❌ <b>{ $service } was not rolled back</b>
    { $why }
    Nothing was changed.
rollback-cancelled = ❌ <b>Cancelled the rollback of { $service }</b>
    Nothing was changed.

# The bot's own state
# What backups, their trials and their locks say.
job-step-clear = Clearing away what was left
job-step-look = Looking at the source and the repository
job-step-halt = Stopping the service
job-step-stage = Copying
job-step-start-again = Starting the service again
job-step-upload = Uploading
job-step-confirm = Looking at the new snapshot
job-step-keep = Removing old snapshots
job-step-record = Writing it down

backup-job-headline = Backing up { $name }
backup-job-label = Back up { $name }
backup-job-progress = { $done } of { $total }
backup-job-progress-left = { $done } of { $total }, { $left } left
backup-job-waits = waits for { $holder }
backup-job-waited = the repository is free again
backup-job-fact = Last good one: { $size }, { $at }
backup-job-first = There is no good one yet.
backup-job-warn-stop = { $service } does not answer while it is stopped for this.

backup-job-done = ✅ <b>Backed up { $name }</b>
    { $size } in { $files ->
        [one] one file
       *[other] { $files } files
    }, { $added } new.
backup-job-doubtful = ⚠️ <b>Backed up { $name }, but it may lack something</b>
    { $why }.
backup-job-doubtful-advice = 👉 Look into that. If all is as it should be, press Accept. Until then no older snapshot is removed, and no deploy is begun on it.
backup-job-accept = Accept
backup-job-failed = ❌ <b>{ $name } was not backed up</b>
    { $why }.
backup-job-interrupted = ❌ <b>{ $name } was not backed up</b>
    I was ended in the middle of it, and have tidied up.
backup-job-cancelled = ❌ <b>Cancelled the backup of { $name }</b>
    Nothing was kept of it, and no older snapshot was touched.
backup-job-again = 👉 To take it again: /backup { $name } now
backup-job-made = 🆕 The repository was made. Keep its password where this machine cannot lose it: without it nothing can be restored.
backup-job-stuck = 🚨 <b>{ $service } was stopped for it and does not start again</b>: { $why }.
backup-job-stuck-advice = 👉 Start it now: /restart { $service }
backup-job-removed = { $removed ->
    [one] One old snapshot was removed.
   *[other] { $removed } old snapshots were removed.
}
backup-job-note = ⚠️ { $why }.
backup-job-tries = Tried { $tries } times.

job-step-choose = Choosing the snapshot
job-step-fetch-back = Restoring to the side
job-step-load = Loading the database
job-step-prove = Looking at what was restored
job-step-judge = Writing down what was seen
job-step-check = Reading the repository
job-step-unlock = Removing stale locks

verify-job-headline = Verifying { $name }
verify-job-label = Verify { $name }
verify-job-saw = Part { $part } of { $of } of the repository was read, and is whole.
verify-job-done = ✅ <b>Verified { $name }</b>
    Part { $part } of { $of } of its repository was read, and is whole.
verify-job-damaged = ❌ <b>The repository of { $name } is not whole</b>
    { $why }.
verify-job-failed = ⚠️ <b>{ $name } could not be verified</b>
    { $why }.
verify-job-interrupted = ⚠️ <b>{ $name } was not verified</b>
    I was ended in the middle of it, and have tidied up.
verify-job-cancelled = ❌ <b>Cancelled verifying { $name }</b>
trial-job-nothing = It says nothing about the backup itself. It is tried again by schedule, or by /backup { $name } { $word }.

drill-job-headline = Drilling { $name }
drill-job-label = Drill { $name }
drill-job-fact = Restored to the side, asked, and removed again. No service is touched or started.
drill-job-restored = Snapshot { $snapshot }, { $size } in { $files ->
        [one] one file
       *[other] { $files } files
    }.
drill-job-times = Restored in { $rto }; the data was { $rpo } old.
drill-job-tables = { $tables ->
        [one] One table
       *[other] { $tables } tables
    } with { $rows ->
        [one] one row
       *[other] { $rows } rows
    }: as they were when it was taken.
drill-job-files = { $files ->
        [one] One file
       *[other] { $files } files
    }: each as long as it was when it was taken.
drill-job-databases = { $databases ->
        [one] One SQLite database
       *[other] { $databases } SQLite databases
    } in it: whole.
drill-job-expected = { $n ->
        [one] One question of the config was answered as expected.
       *[other] { $n } questions of the config were answered as expected.
    }
drill-job-point = Points in time: as it was at { $at }, restored and whole.
drill-job-done = ✅ <b>Proven: { $name } can be restored</b>
drill-job-unproven = ❌ <b>{ $name } cannot be trusted: its drill failed</b>
    { $why }.
drill-job-unproven-more = Also: { $why }.
drill-job-unproven-advice = 👉 Take a fresh one: /backup { $name } now, and drill again. See docs/runbooks/failed-drill.md.
drill-job-failed = ⚠️ <b>{ $name } could not be drilled</b>
    { $why }.
drill-job-interrupted = ⚠️ <b>{ $name } was not drilled</b>
    I was ended in the middle of it, and have tidied up.
drill-job-cancelled = ❌ <b>Cancelled the drill of { $name }</b>

unlock-job-headline = Removing stale locks of { $name }
unlock-job-label = Unlock { $name }
unlock-job-lock = { $state ->
        [left] 💀 { $holder }: its process is dead
        [stale] 💀 { $holder }: dead, or silent for more than half an hour
       *[other] 🔒 { $holder }: at work
    }
unlock-job-alive = A lock whose holder is at work stays. End that one first, where it is stuck.
unlock-job-done = ✅ <b>Unlocked { $name }</b>
    { $n ->
        [0] There was no stale lock.
        [one] One stale lock was removed.
       *[other] { $n } stale locks were removed.
    }
unlock-job-still = Still locked: { $holder }
unlock-job-failed = ❌ <b>{ $name } was not unlocked</b>
    { $why }.
unlock-job-cancelled = ❌ <b>Cancelled unlocking { $name }</b>
unlock-job-interrupted = ❌ <b>{ $name } was not unlocked</b>
    I was ended in the middle of it.

## Restore
restore-headline-side = Restoring { $backup } to the side
restore-headline-live = Restoring { $backup } over live data
restore-label-side = Restore { $backup } to the side
restore-label-live = Restore { $backup } over live data
restore-fact-snapshot = Snapshot { $id } of { $at }, { $age } old
restore-fact-point = The data of { $at }, { $age } ago
restore-warn-doubt = That snapshot is doubtful: { $why }
restore-warn-nobody = I know of no service that writes to { $backup }: stop what does, before you go on.
restore-warn-stays = { $services } stays stopped afterwards, and is held.
restore-warn-unsafe = What is live is not backed up first. It is put aside all the same.
restore-exclusive = A validator must never sign twice. Before any copy of it starts: see that no other one runs, compare its slashing protection with the network, and let two epochs (12.8 min) pass in which it has attested nothing.
restore-loses = Everything that was written to { $backup } since { $since } is lost: { $lost } of writes.
restore-rows = { $table }: { $now } rows now, { $was } then
restore-kept = A safety backup is taken first, and what is live now is put aside.
restore-aside = What is live now is put aside, but NOT backed up.
restore-loading = loading it into { $name }
job-step-place = Putting it to the side
job-step-safety = Backing up what is live
job-step-swap-in = Putting it in the place of what is live
job-step-look-swap = Looking how far that came
job-step-swap-back = Putting back what was live
restore-done-side = ✅ Restored { $backup } of { $at } to the side
restore-done-live = ✅ Restored { $backup } over live data, as of { $at }
restore-done-sick = ⚠️ Restored { $backup } over live data, as of { $at }, but its service is not well
restore-unchanged = ❌ { $backup } was not restored, nothing was changed: { $why }
restore-cancelled = ✖️ The restore of { $backup } was cancelled. Nothing was changed.
restore-undone = ❌ { $backup } was not restored. What was live is live again: { $why }
restore-stuck = 🚨 The restore of { $backup } is stuck half-way: { $why }
restore-stuck-trouble = It could not be taken back either: { $why }
restore-stuck-places = Nothing was removed. Of each: what is live ← where it was put aside | where the restored one is
restore-is-database = It is the database { $place } on the same server.
restore-is-directory = It is in { $place }.
restore-look = Look at it, and remove it when you are done:
restore-proven = Whole: { $what }.
restore-kept-aside = What was live is kept. Once all is well, remove it:
restore-saved = What was live was backed up too. To go back to it:
restore-saved-doubt = ⚠️ That safety backup is doubtful: { $why }.
restore-resting = ⏸ { $services } was stopped before, and was left so. To start it:
restore-note = ⚠️ { $why }
restore-held = { $services } is stopped and held. Once it is safe: /restart says what has to be seen before.
restore-held-unseen = ⚠️ { $services } is held, but was not seen to stop: look whether it still runs. Once it is safe: /restart says what has to be seen before.
restore-stopped = ⚠️ { $services } is stopped. Look at the data, then start it.
restore-without-safety = What is live is put aside in any case. To restore without backing it up first:
restore-left = ⚠️ Something could not be removed: see the log.

# The bot's own state
own-copy-failed = ⚠️ <b>My own state was last copied { $since } ago</b>
own-copy-why = { $why }
own-copy-advice = It is tried again every hour. See the room on the disk of MECHANIC_HOME, and the log.
own-copy-made = ✅ My own state is copied again, every day.

restore-offer = Restore { $backup }
rollback-fact-snapshot = { $backup } was backed up before that release: { $id }. Going back to it would lose { $lost } of writes.

export const usage = `mechanic looks after servers

  init [--yes]             set the bot up: asks, writes .env and mechanic.yaml, says hello; --yes
                           asks nothing and takes BOT_TOKEN and ALLOWED_USERS from the environment
  check [NAME…] [--json]   run checks once and print what they see
  rehearse [NAME] [--json] make the fault that a fix is for in a scratch place, and fix it for real
  restore-self [--from FILE | [--repository ADDRESS] [--at TIME]]
                           bring the bot's own state back, also on a new machine: its database, and from
                           a repository its config and .env too; the password by RESTIC_PASSWORD, or asked
  config check [FILE]      say everything that is wrong with the configuration
  config schema            print its JSON Schema, for editors

Without FILE it is MECHANIC_CONFIG, or ./mechanic.yaml if it exists, or the built-in defaults.
Exit: 0 all ok, or fixed · 1 something is wrong, or not fixed · 2 bad configuration or usage
      3 a check or rehearsal could not run`

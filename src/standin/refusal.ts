/** Extra fields of a refusal: core.telegram.org/bots/api#responseparameters */
export interface RefusalParameters {
  readonly migrate_to_chat_id?: number
  /** Seconds. */
  readonly retry_after?: number
}

/** A request that the Bot API turns down; it becomes `{ok:false,error_code,description,parameters?}`. */
export class Refusal extends Error {
  readonly code: number
  readonly parameters: RefusalParameters | undefined

  constructor(code: number, description: string, parameters?: RefusalParameters) {
    super(description)
    this.code = code
    this.parameters = parameters
  }
}

/** A 400 in Telegram's wording; the description gets the `Bad Request: ` that all of them carry. */
export function badRequest(reason: string, parameters?: RefusalParameters): Refusal {
  return new Refusal(400, `Bad Request: ${reason}`, parameters)
}

/** A 403: the bot may not write or even read there. */
export function forbidden(reason: string): Refusal {
  return new Refusal(403, `Forbidden: ${reason}`)
}

/** A 429 that asks to stay silent for that many seconds. */
export function tooManyRequests(retryAfter: number): Refusal {
  return new Refusal(429, `Too Many Requests: retry after ${retryAfter}`, {
    retry_after: retryAfter,
  })
}

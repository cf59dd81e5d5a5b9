import { type Text, t } from '../../contract/message.ts'
import type { StepRecord } from '../job/record.ts'

/** Without the stop at its end: the text around it ends the sentence. */
export const endless = (why: string | null | undefined): string =>
  (why ?? '').replace(/[\s.]+$/, '')

/**
 * `Building: npm run build failed (exit code 1)`.
 *
 * @param saysAll the reason names the step itself
 */
export const whyText = (passed: StepRecord | undefined, saysAll = false): Text =>
  passed === undefined
    ? t('job-why-unknown')
    : t(saysAll ? 'job-why-said' : `job-why-${passed.end}`, {
        step: t(`job-step-${passed.step}`),
        why: endless(passed.why),
      })

import { OperatorError } from '../../contract/error.ts'

/** The kernel's answer does not look like what its manual says. */
export const garbled = (file: string, what: string): OperatorError =>
  new OperatorError(
    `${file} could not be understood: ${what} is missing`,
    'Look at the file by hand; a container may hide parts of /proc.',
  )

import { OperatorError } from '../contract/error.ts'

/** A server, a place or a program that cannot be used now: this says nothing about the data. */
export class Unavailable extends OperatorError {}

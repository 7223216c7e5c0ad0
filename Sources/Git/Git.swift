// The Git module.

"""What every test stands on."""

import signal

# A shell lets what it starts in the background ignore Ctrl-C, and children inherit that: a test that
# interrupts something would wait for ever. Programs that tests start get the default back with this.
signal.signal(signal.SIGINT, signal.default_int_handler)

"""What every test stands on."""

import os
import signal

from walkthrough.machine.registry import FOR_TESTS

# A shell lets what it starts in the background ignore Ctrl-C, and children inherit that: a test that
# interrupts something would wait for ever. Programs that tests start get the default back with this.
signal.signal(signal.SIGINT, signal.default_int_handler)

# The harness's own tests run on a stand-in that nobody else may have; so do the programs that they start.
os.environ[FOR_TESTS] = "1"

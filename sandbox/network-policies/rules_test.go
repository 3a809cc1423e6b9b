package main

import (
	"strings"
	"testing"
)

func TestWhatIsNotDecidedIsDropped(t *testing.T) {
	rules := restored("10.1.0.0/16", 100)
	if strings.Contains(rules, "bypass") {
		t.Error("without a program at the queue, packets would pass")
	}
	for _, rule := range []string{
		"-A NETWORK-POLICIES -s 10.1.0.0/16 -j NFQUEUE --queue-num 100\n",
		"-A NETWORK-POLICIES -d 10.1.0.0/16 -j NFQUEUE --queue-num 100\n",
		"-A NETWORK-POLICIES-NODE -s 10.1.0.0/16 -j NFQUEUE --queue-num 100\n",
	} {
		if !strings.Contains(rules, rule) {
			t.Errorf("no rule %q in\n%s", rule, rules)
		}
	}
}

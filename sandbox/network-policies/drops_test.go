package main

import (
	"net"
	"reflect"
	"testing"

	"github.com/go-logr/logr"
)

// packet is one as the library has it.
type packet struct{ port int }

func (p packet) MarshalLog() any {
	return &struct {
		ID           uint32
		Proto        string
		SrcIP, DstIP net.IP
		DstPort      int
	}{7, "TCP", net.IPv4(10, 1, 0, 5), net.IPv4(192, 168, 64, 2), p.port}
}

func TestEachDroppedPacketIsALine(t *testing.T) {
	var lines []string
	log := logr.New(&drops{write: func(line string) { lines = append(lines, line) }}).V(telling)
	for _, one := range []struct{ to, verdict string }{{"app/server", "drop"}, {"none", "drop"}, {"app/server", "accept"}} {
		log.Info("Evaluating packet", "srcPod", "other/o", "dstPod", one.to, "packet", packet{8080})
		log.WithValues("id", 7).Info("Ingress NetworkPolicies", "npolicies", 1, "allowed", false)
		log.Info("Finished syncing packet", "id", 7, "duration", 0, "verdict", one.verdict)
	}
	want := []string{"dropped: other/o to app/server port 8080 TCP", "dropped: other/o to 192.168.64.2 port 8080 TCP"}
	if !reflect.DeepEqual(lines, want) {
		t.Errorf("got %q, want %q", lines, want)
	}
}

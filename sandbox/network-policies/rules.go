package main

import (
	"context"
	"fmt"
	"os"
	"os/exec"
	"strings"
)

// The chains of this program. They are in mangle: there a packet to a Service has the pod's address already, and one
// that leaves the node still has its own.
const (
	forwarded = "NETWORK-POLICIES"
	delivered = "NETWORK-POLICIES-NODE"
)

// hooks says from which of the kernel's chains each of ours is called: POSTROUTING sees what goes to a pod or out,
// INPUT what a pod sends to the node itself, the API server included.
var hooks = [][2]string{{"POSTROUTING", forwarded}, {"INPUT", delivered}}

// restored is what iptables-restore reads: both chains with all their rules, in place of what they held before.
func restored(pods string, queue int) string {
	decide := fmt.Sprintf("-j NFQUEUE --queue-num %d", queue)
	lines := []string{"*mangle"}
	for _, hook := range hooks {
		// A policy decides on connections. Their later packets, and what answers them, pass.
		lines = append(lines, ":"+hook[1]+" - [0:0]", "-A "+hook[1]+" -m conntrack --ctstate RELATED,ESTABLISHED -j RETURN")
	}
	lines = append(lines,
		// From the node itself: the kubelet's probes, which no policy stops.
		"-A "+forwarded+" -m addrtype --src-type LOCAL -j RETURN",
		"-A "+forwarded+" -s "+pods+" "+decide,
		"-A "+forwarded+" -d "+pods+" "+decide,
		"-A "+delivered+" -s "+pods+" "+decide,
		"COMMIT")
	return strings.Join(lines, "\n") + "\n"
}

// forbidden is the same for IPv6. Pods have no addresses of it, but those that every interface gives itself: between
// two ports of one bridge these are a way past all policies, which Calico's pods, each on a wire of its own, do not have.
const forbidden = "*mangle\n:" + forwarded + " - [0:0]\n-A " + forwarded + " -j DROP\nCOMMIT\n"

// install brings the rules into force. Doing so twice changes nothing.
func install(ctx context.Context, pods string, queue int) error {
	if err := table(ctx, "iptables", restored(pods, queue), hooks); err != nil {
		return err
	}
	if _, err := os.Stat("/proc/net/if_inet6"); err != nil {
		return nil // The kernel has no IPv6.
	}
	return table(ctx, "ip6tables", forbidden, [][2]string{{"FORWARD", forwarded}})
}

// table writes chains with their rules, and calls each from its hook.
func table(ctx context.Context, command, chains string, hooks [][2]string) error {
	if err := run(ctx, chains, command+"-restore", "--noflush", "--wait"); err != nil {
		return err
	}
	for _, hook := range hooks {
		rule := []string{"--wait", "--table", "mangle", "--check", hook[0], "--jump", hook[1]}
		if exec.CommandContext(ctx, command, rule...).Run() == nil {
			continue
		}
		rule[3] = "--append"
		if err := run(ctx, "", command, rule...); err != nil {
			return err
		}
	}
	return nil
}

func run(ctx context.Context, input, name string, arguments ...string) error {
	command := exec.CommandContext(ctx, name, arguments...)
	command.Stdin = strings.NewReader(input)
	if said, err := command.CombinedOutput(); err != nil {
		return fmt.Errorf("%s: %w: %s", name, err, strings.TrimSpace(string(said)))
	}
	return nil
}

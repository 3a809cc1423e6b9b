package main

import (
	"encoding/json"
	"log"
	"os"
	"slices"
	"sync"
)

// register are the logins of those who have saved an e-mail address, in a file that outlives the pod.
type register struct {
	file   string
	mutex  sync.Mutex
	logins []string
}

func readRegister(file string) *register {
	read := &register{file: file}
	if text, err := os.ReadFile(file); err == nil {
		if err := json.Unmarshal(text, &read.logins); err != nil {
			log.Printf("%s: %v", file, err)
		}
	}
	return read
}

func (r *register) has(login string) bool {
	r.mutex.Lock()
	defer r.mutex.Unlock()
	return slices.Contains(r.logins, login)
}

// set notes whether a login has an address, as the last answer has it.
func (r *register) set(login string, address bool) {
	r.mutex.Lock()
	defer r.mutex.Unlock()
	r.logins = slices.DeleteFunc(r.logins, func(one string) bool { return one == login })
	if address {
		r.logins = append(r.logins, login)
	}
	text, err := json.Marshal(r.logins)
	if err == nil {
		err = os.WriteFile(r.file, text, 0o600)
	}
	if err != nil {
		log.Print(err)
	}
}

admin run_now gitea restore-test

from celery import shared_task

from notifications import alarms, bounces, jobs, sender


@shared_task
def send_due_mail() -> None:
    with jobs.pulse("send_due_mail"):
        sender.send_due_mail()


@shared_task
def run_due_jobs() -> None:
    with jobs.pulse(jobs.CLOCK):
        for job in jobs.due():
            run_job.delay(job.name)
    alarms.tell_the_log()


@shared_task
def run_job(name: str) -> None:
    jobs.run(jobs.JOBS[name])


@shared_task
def read_bounces() -> None:
    with jobs.pulse("read_bounces"):
        bounces.read_mailbox()

"""What the administration says: what was done, and what is wrong, by the services' reasons."""

from services.gateway.pages.language import gettext as _


def done_words() -> dict[str, str]:
    """What the page after a change says, by the word in its address."""
    return _done_who() | _done_rules() | _done_work()


def _done_who() -> dict[str, str]:
    return {
        "client_created": _("The client is set up. Next: brand, mail domains and people."),
        "client_saved": _("Saved. Pages and mails of this client go by it from now on."),
        "client_suspended": _("Suspended: nobody of this client may sign in. Its mail is still kept."),
        "client_activated": _("Active again: its people may sign in."),
        "brand_saved": _("The brand is saved. The portal shows it within a minute."),
        "domain_added": _("Added: mail from this domain is filed under this client."),
        "domain_removed": _("Removed: mail from this domain goes to quarantine from now on."),
        "person_created": _("Added. Make a password link and send it to them."),
        "person_saved": _("Saved."),
        "person_disabled": _("Disabled: signed out everywhere, and may not sign in."),
        "person_enabled": _("Enabled: may sign in again."),
        "member_set": _("Saved: they belong to this client."),
        "member_removed": _("Removed: they see nothing of this client any more."),
        "grant_set": _("Granted. It counts at once."),
        "grant_revoked": _("Revoked. It counts at once."),
        "team_created": _("The team is made."),
        "team_saved": _("The team's members are saved."),
    }


def _done_rules() -> dict[str, str]:
    return {
        "contract_created": _("The contract is made."),
        "contract_saved": _(
            "The next version is made. Incidents opened before it takes effect stay on theirs."
        ),
        "calendar_created": _("The calendar is made."),
        "calendar_saved": _("The next version is made. Incidents opened from now on run on it."),
        "statement_drafted": _("Drafted. Its lines are gathered now."),
        "statement_closing": _("It is being closed: gathered for the last time, then sealed."),
        "credit_approved": _("The credit is approved. Billing systems are told."),
        "credit_voided": _("The credit is voided. Billing systems are told."),
        "rule_created": _("The rule is made. It decides nothing before it is switched on."),
        "rule_saved": _("The next version is saved. What decided until now goes on until it is switched on."),
        "rule_enabled": _("Switched on: it decides what comes in from now on."),
        "rule_disabled": _("Switched off: it decides nothing."),
        "rule_moved": _("Moved."),
        "rule_removed": _("The rule is removed."),
        "form_saved": _("The draft is saved. Look at the preview, then publish it."),
        "form_published": _("Published: the client's people are offered it."),
        "form_withdrawn": _("Withdrawn: it is offered no more."),
        "catalog_created": _("The item is added, and offered from now on."),
        "catalog_saved": _("The next version is saved. What was ordered stays as it was."),
        "catalog_retired": _("Retired: nobody is offered it any more."),
        "catalog_offered": _("It is offered again."),
        "group_created": _("The group is made."),
        "group_saved": _("The group is saved."),
        "model_switched": _("Switched. It decides once it is learned again, within some minutes."),
        "threshold_set": _("The threshold is set. It counts at once."),
        "routing_saved": _("Saved. It counts for what comes in from now on."),
        "item_saved": _("The item is saved."),
        "change_saved": _("Saved."),
        "freeze_saved": _("Frozen. Whoever plans a change then is told."),
        "freeze_removed": _("Removed: changes may be planned in that time again."),
        "macro_saved": _("The macro is saved."),
        "macro_removed": _("The macro is removed."),
        "window_planned": _("Planned."),
        "schedule_saved": _("Saved. It counts at once."),
        "schedule_removed": _("The schedule is removed."),
        "policy_saved": _("The policy is saved. What is opened from now on goes by it."),
        "policy_removed": _("The policy is removed."),
        "feed_created": _("The link is made. Give it to your calendar program."),
        "feed_removed": _("Revoked: programs that use it read nothing any more."),
        "override_added": _("Arranged. It counts at once."),
        "overrides_imported": _("Taken from the calendar. They count at once."),
        "absence_added": _("Noted. No schedule counts on them then."),
        "absence_removed": _("Taken back. The layers count on them again."),
        "override_removed": _("Taken back. The layers count again."),
        "window_ended": _("It is over. What it held is given to somebody now."),
    }


def _done_work() -> dict[str, str]:
    return {
        "api_client_removed": _("Revoked. Its tokens end within half a minute."),
        "alert_source_saved": _("Saved. What it sends from now on goes by it."),
        "webhook_saved": _("Saved."),
        "mailbox_saved": _("Saved. It is looked at within a few seconds."),
        "mailbox_removed": _("Removed: no more mail is fetched from it."),
        "webhook_removed": _("Removed: it is told nothing any more."),
        "webhook_tested": _(
            "A test is on its way. Its outcome stands below; load the page again in a moment."
        ),
        "released": _("Released: it becomes an incident of the client."),
        "released_all": _("Released, with what else waited from there."),
        "released_some": _("Released. More waits from there: open one of them and go on."),
        "discarded": _("Discarded. It stays readable."),
        "redelivered": _("It will be sent again."),
        "address_suppressed": _("No more mail is sent there."),
        "suppression_lifted": _("Mail is sent there again."),
        "letter_redelivered": _("Its handler took it this time."),
        "letter_failed": _("Its handler failed again. The new reason stands below."),
        "letter_discarded": _("Put away. It stays readable."),
        "letters_redelivered": _("All were tried again. What failed again is still listed."),
    }


def taken_fields() -> dict[str, str]:
    """The field that a refusal without one is about."""
    return {
        "slug_taken": "slug",
        "number_prefix_taken": "number_prefix",
        "support_address_taken": "support_address",
        "mail_domain_taken": "domain",
        "email_taken": "email",
        "team_name_taken": "name",
        "calendar_name_taken": "name",
        "relation_leads_back": "relations",
        "plan_missing": "plan",
        "back_out_plan_missing": "back_out_plan",
        "risk_missing": "risk_answers",
        "contract_exists": "tenant_id",
    }


def problem_words() -> dict[str, str]:
    """A refusal in the reader's words."""
    return _about_who() | _about_agreements() | _about_programs() | _about_macros()


def _about_macros() -> dict[str, str]:
    return {
        "macro_name_invalid": _("Between 1 and 60 characters."),
        "macro_name_taken": _("There is a macro of that name already."),
        "macro_empty": _("A macro does at least one thing."),
        "macro_ends_twice": _("Either hold or resolve."),
        "macros_exhausted": _("There are too many macros already. Remove one first."),
        "placeholder_unknown": _("Nothing fills one of the words in braces. See above which there are."),
        "text_missing": _("Write it in at least one language."),
        "text_too_long": _("This is too long."),
    }


def _about_who() -> dict[str, str]:
    return {
        "change_not_found": _("There is no such change."),
        "change_went_wrong": _("This change did not come about, or was taken back: it solves nothing."),
        "name_invalid": _("Between 1 and 200 characters."),
        "display_name_invalid": _("Between 1 and 200 characters."),
        "slug_invalid": _("2 to 40 of a-z, 0-9 and hyphens, beginning with a letter."),
        "slug_taken": _("Another client has this short name."),
        "number_prefix_invalid": _("2 to 10 of A-Z and 0-9, beginning with a letter."),
        "number_prefix_taken": _("Another client has this prefix."),
        "support_address_taken": _("This mailbox is in use already."),
        "support_address_invalid": _("A mail address such as support@acme.example."),
        "email_invalid": _("A mail address such as jane@acme.example."),
        "email_taken": _("Somebody has this address already."),
        "time_zone_invalid": _("The name of an IANA time zone, such as Europe/Paris."),
        "zone_unknown": _("The name of an IANA time zone, such as Europe/Paris."),
        "domain_invalid": _("A domain name such as acme.example."),
        "mail_domain_taken": _("Another client has this domain."),
        "mail_domain_public": _("Anybody may have a mailbox there: it cannot be one client's."),
        "color_unreadable": _("No ink can be read on this color."),
        "primary_color_invalid": _("A color is written #rrggbb."),
        "accent_color_invalid": _("A color is written #rrggbb."),
        "surface_color_invalid": _("A color is written #rrggbb."),
        "monogram_invalid": _("One or two letters."),
        "own_record": _("Nobody disables themselves."),
        "team_name_taken": _("Another team has this name."),
    }


def _about_agreements() -> dict[str, str]:
    return {
        "schema_unsupported": _("This schema asks for something that no form can show."),
        "schema_malformed": _("This is no JSON."),
        "words_missing": _("This needs words, in English or French."),
        "form_empty": _("A form without a question is not published."),
        "name_missing": _("Give it a name."),
        "period_invalid": _("A month, such as 2026-10."),
        "period_not_begun": _("This month has not begun."),
        "period_not_over": _("This month is not over: it can be closed from its last midnight on."),
        "statement_not_closed": _("This needs a closed statement."),
        "credit_decided": _("This credit has been decided already."),
        "too_many_incidents": _("These are too many incidents at once: choose fewer days."),
        "too_many_simulations": _(
            "Other contracts are being simulated just now. Try again when one of them is done."
        ),
        "targets_missing": _("Promise at least one thing."),
        "target_repeated": _("Each kind and priority has one target."),
        "goal_out_of_range": _("A goal is more than 0 and at most five years."),
        "warning_out_of_range": _("A warning comes at 0 to 99 per cent."),
        "calendar_unknown": _("Choose a calendar."),
        "calendar_never_opens": _("This calendar never opens for so long."),
        "delay_out_of_range": _("A delay is 0 to 365 days."),
        "effective_time_too_early": _("A version takes effect no earlier than the one before it."),
        "contract_exists": _("This client has a contract: change that one."),
        "calendar_name_taken": _("Another calendar has this name."),
        "country_unknown": _("Two letters, such as FR."),
        "subdivision_unknown": _("The country has no such part."),
        "country_missing": _("A part needs its country."),
        "hours_missing": _("Say when it is open, or that it always is."),
        "time_invalid": _("A time of day is written 09:00."),
        "window_empty": _("A stretch needs a length; a whole day is 00:00-24:00."),
        "date_invalid": _("A date is written 2026-12-24."),
        "date_repeated": _("Each date comes once."),
        "year_invalid": _("A year between 1970 and 2999."),
        "rule_name_invalid": _("Between 1 and 120 characters."),
        "group_name_invalid": _("Between 1 and 120 characters."),
        "window_over": _("A window ends after it begins, and later than now."),
        "window_too_long": _("A window lasts 31 days at most."),
        "too_many_items": _("200 items at most."),
        "plan_missing": _("Say what is going to be done, before approval is asked for."),
        "window_missing": _("Say when it is done, before approval is asked for."),
        "back_out_plan_missing": _("Say how it is taken back, before approval is asked for."),
        "risk_missing": _("Answer every question about its risk, before approval is asked for."),
        "high_risk_not_standard": _("What is so risky is not agreed once for all: make it a normal change."),
        "window_passed": _("Its window is over: choose another one."),
        "outside_window": _("It is not the time that was agreed on: schedule it anew."),
        "conflicts_not_accepted": _(
            "Something speaks against this window: move it, or say that it is meant so."
        ),
        "approver_already": _("They decide in this step already."),
        "incident_of_another_client": _("A client's change is tied to that client's incidents."),
        "no_client_to_ask": _("What is shared has no one client to ask."),
        "ending_invalid": _("Choose how it ended."),
        "item_name_taken": _("Another item in use has one of these names."),
        "item_unknown": _("No item in use has one of these names."),
        "relation_leads_back": _("It would run on itself, or be a part of itself, by way of the others."),
        "relation_to_itself": _("An item is not tied to itself."),
        "relation_of_shared": _("What is shared hangs on what is shared alone."),
        "type_invalid": _("A word or two, beginning with a letter or digit."),
        "column_unknown": _("The head names a column that there is not."),
        "column_missing": _("The head needs a column “name”, and each column once."),
        "csv_invalid": _("This is no table of comma-separated values."),
        "rule_conditions_invalid": _("A rule has 1 to 20 conditions."),
        "condition_values_invalid": _("A condition has 1 to 50 values."),
        "rule_not_tried": _("Try it on what came last first, or say why it is switched on without."),
        "condition_hours_invalid": _("Write hours such as mon-fri 08:00-18:00, sat,sun or 22:00-06:00."),
        "condition_pattern_invalid": _(
            "A pattern cannot be read. References back and looking around are no part of it."
        ),
        "condition_operator_invalid": _("Hours are compared with a time, and a time with nothing else."),
        "condition_key_missing": _("Name the field of the form."),
        "rule_actions_missing": _("A rule must set something."),
        "assignment_group_unknown": _("Choose a group from the list."),
        "policy_name_invalid": _("Between 1 and 120 characters."),
        "steps_invalid": _("Between 1 and 20 steps, each with somebody to call."),
        "targets_invalid": _("Say who is called."),
        "target_unknown": _("Choose from the list."),
        "wait_invalid": _("A step waits a minute to seven days."),
        "rounds_invalid": _("Between 1 and 10."),
        "policy_concerns_nothing": _("Choose alerts, or a priority."),
        "too_many_feeds": _("20 links at most: revoke one that nobody uses."),
        "calendar_unreadable": _("This is no calendar file (.ics)."),
        "calendar_recurs": _("Events that repeat are not taken: make a layer instead."),
        "calendar_too_large": _("At most 100 events that are not over, and 500 kB."),
        "override_over": _("It ends after it begins, and later than now."),
        "override_too_long": _("At most 366 days."),
        "person_unavailable": _("They are unavailable for all of that time."),
        "too_many_absences": _("Too many entries are open at a time."),
        "time_zone_unknown": _("The name of an IANA time zone, such as Europe/Paris."),
        "schedule_name_invalid": _("Between 1 and 120 characters."),
        "layers_invalid": _("Between 1 and 20 layers, each with somebody who takes turns."),
        "layer_name_invalid": _("A layer needs a name of at most 80 characters."),
        "layer_over": _("A layer ends after it began."),
        "turn_invalid": _("A turn takes an hour to 366 days."),
        "local_time_invalid": _("A date and a time are needed."),
        "too_many_restrictions": _("At most 21 lines of hours."),
        "member_unknown": _("A member must work for the provider."),
        "holidays_unknown": _("No holidays are known of this country and region."),
        "needs_invalid": _("Each category is named once, with 1 to 20 skills."),
        "absences_invalid": _("At most 100 absences, each of which ends no earlier than it begins."),
        "day_invalid": _("A day is written 2026-12-24."),
        "groups_invalid": _("Each category is named once."),
    }


def _about_programs() -> dict[str, str]:
    return {
        "webhook_url_invalid": _(
            "An https address on the internet is needed: without user name, and not one inside a private network."
        ),
        "expression_malformed": _("This is neither a JSON pointer nor JMESPath."),
        "labels_required": _("Name one to ten labels."),
        "number_out_of_range": _("This number is out of range."),
        "event_type_unknown": _("Choose events from the list."),
        "mailbox_not_ours": _("This is no support address of yours or of this client."),
        "mailbox_exists": _("Mail is fetched from this folder already."),
        "host_invalid": _("The name or address of a mail server."),
        "port_invalid": _("A port is 1 to 65535."),
        "username_invalid": _("Between 1 and 255 characters."),
        "folder_invalid": _("Between 1 and 255 characters."),
        "move_to_invalid": _("Name another folder."),
        "password_invalid": _("A password is needed, also when server or user name change."),
        "webhook_disabled": _("Enable it first: nothing is sent to it now."),
        "client_invalid": _("Please check this."),
        "client_has_no_secret": _("It has no secret to change."),
        "consumer_not_found": _("The service has no such consumer any more: discard it."),
        "consumers_not_here": _("This process runs no consumers of its own."),
        "dead_letter_redelivered": _("It was redelivered already."),
        "delivery_not_dead": _("Only one that was given up can be sent again."),
        "submission_not_quarantined": _("Somebody has settled it meanwhile."),
        "tenant_fixed": _("It was released already, to another client."),
        "transition_not_allowed": _("Somebody has settled it meanwhile."),
    }

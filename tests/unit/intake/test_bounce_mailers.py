"""How mailers that never heard of RFC 3464 tell a failure, each in its own words."""

import pytest

from services.intake.domain.mail import normalize

# Head, body, reason, status.
REPORTS = {
    "activehunter": (
        "From: MAILER-DAEMON@x.example\nSubject: FAILURE NOTICE :",
        (
            "  ----- The following addresses had permanent fatal errors -----\n\n>>> jane@acme.example "
            "<jane@acme.example>\n\n  ----- Transcript of session follows -----\n550 sorry, no mailbox "
            "here by that name (#5.1.1 - chkusr)\n\n  ----- Original message follows -----\n\nTo: "
            "jane@acme.example"
        ),
        "userunknown",
        "5.1.1",
    ),
    "james": (
        "From: postmaster@x.example\nSubject: [BOUNCE]",
        (
            "Hi. This is the James mail server at mx.\nI'm afraid I wasn't able to deliver your "
            "message to the following addresses.\nThis is a permanent error; I've given up. Sorry it "
            "didn't work out.\nFailed recipient(s):\njane@acme.example\n\nError message:\n550 - Requested "
            "action not taken: no such user here\n\nMessage details:\n  Subject: Printer\n  Sent date: x\n"
            "  MAIL FROM: us@here.example\n  RCPT TO: jane@acme.example\n  From: us@here.example\n"
        ),
        "userunknown",
        "5.0.911",
    ),
    "courier": (
        'From: "Courier mail server at mx" <@x.example>\nReturn-Path: <>\nSubject: NOTICE: mail delivery status.',
        (
            "This is a delivery status notification from mx.example.org,\nrunning the Courier mail "
            "server, version 0.65.2.\n\nThe original message was received on Thu, 29 Apr 2010\nfrom us.e"
            "xample\n\n---------------------------------------------------------------------------\n\n"
            "                           UNDELIVERABLE MAIL\n\nYour message to the following recipients "
            "cannot be delivered:\n\n<jane@acme.example>:\n    mx.acme.example [192.0.2.95]:\n>>> RCPT "
            "TO:<jane@acme.example>\n<<< 550 5.1.1 <jane@acme.example>... User "
            "Unknown\n\n---------------------------------------------------------------------------\n"
        ),
        "userunknown",
        "5.1.1",
    ),
    "mailmarshal": (
        'From: postmaster@x.example\nSubject: Undeliverable Mail: "Test"',
        (
            "Your message:\n   From:    us@here.example\n   Subject: Test\n\nCould not be delivered "
            "because of\n\n550 5.1.1 User unknown\n\nThe following recipients were affected: \n    "
            "jane@acme.example\n\nAdditional Information\n======================\nOriginal Sender:    "
            "<us@here.example>\nSender-MTA:         <192.0.2.1>\n"
        ),
        "userunknown",
        "5.1.1",
    ),
    "notes": (
        "From: postmaster@x.example\nSubject: DELIVERY FAILURE: User not listed",
        (
            "------- Failure Reasons  --------\n\nUser not listed in public Name & Address "
            "Book\njane@acme.example\n\n------- Returned Message --------\n\nReceived: x"
        ),
        "userunknown",
        "5.0.911",
    ),
    "x1": (
        'From: "Mail Deliver System" <MAILER-DAEMON@x.example>\nSubject: Returned Mail: x',
        (
            "The original message was received at Thu, 29 Apr 2010 23:34:45 +0900 (JST)\nfrom "
            "us@here.example\n\n---The following addresses had delivery errors---\n\njane@acme.example "
            "[User unknown]\n"
        ),
        "userunknown",
        "5.0.911",
    ),
    "x6": (
        "From: Mail Delivery System <noreply@example.net>\nSubject: There was an error sending your mail",
        (
            "We had trouble delivering your message. Full details follow:\n\nSubject: 'Printer'\nDate: "
            "'Thu, 29 Apr 2012 23:34:45 +0000'\n\n1 error(s):\n\nSMTP Server <mta2.example.jp> rejected "
            "recipient <jane@acme.example> \n  (Error following RCPT command). It responded as "
            "follows: [550 5.1.1 User unknown]\n\n1 copy(s) of this message not delivered"
        ),
        "userunknown",
        "5.1.1",
    ),
    "surfcontrol": (
        "From: SurfControl E-mail Filter <postmaster@x.example>\nSubject: Email Delivery Problem",
        (
            "Your message could not be sent.\nA transcript of the attempts to send the message "
            "follows.\nThe number of attempts made: 1\nAddressed To: jane@acme.example\n\nThu 29 Apr 2010"
            " 23:34:45 +0900\nFailed to send to identified host,\njane@acme.example: [192.0.2.5], 550 "
            "jane@acme.example... No such user\n\n--- Message non-deliverable.\n"
        ),
        "userunknown",
        "5.0.911",
    ),
    "exim-full": (
        "From: Mail Delivery System <Mailer-Daemon@x.example>\nX-Failed-Recipients: jane@acme.example\nSubject: Mail delivery failed",
        (
            "  jane@acme.example\n    mailbox is full (MTA-imposed quota exceeded while writing to "
            "file /x): retry timeout exceeded\n"
        ),
        "mailboxfull",
        "4.0.922",
    ),
    "qmail-loop": (
        "From: MAILER-DAEMON@x.example\nSubject: failure notice",
        (
            "Hi. This is the qmail-send program at x.\n\n<jane@acme.example>:\nThis message is looping: "
            "it already has my Delivered-To line. (#5.4.6)\n"
        ),
        "networkerror",
        "5.4.6",
    ),
    "gmail-dns": (
        "From: Mail Delivery Subsystem <mailer-daemon@googlemail.com>\nSubject: Delivery Status Notification (Failure)",
        (
            "Delivery to the following recipient failed permanently:\n\n     "
            "jane@acme.example\n\nTechnical details of permanent failure: \nDNS Error: Domain name not "
            "found\n\n----- Original message -----\n"
        ),
        "hostunknown",
        "5.0.912",
    ),
    "exch2003": (
        "From: System Administrator <postmaster@x.example>\nSubject: Undeliverable: Printer",
        (
            "Your message\n\n  To:      jane@acme.example\n  Subject: Printer\n  Sent:    Thu, 29 Apr "
            "2010 18:14:35 +0000\n\ndid not reach the following recipient(s):\n\njane@acme.example on "
            "Thu, 29 Apr 2010 18:14:35 +0000\n    The recipient name is not recognized\n    The MTS-ID "
            "of the original message is: c=jp;a= ;p=x\n;l=EXCHANGE000000000000000000\n    "
            "MSEXCH:IMS:X:Y:EXCHANGE 3550 (000B09B6) 550 5.1.1\n<jane@acme.example>... User Unknown\n"
        ),
        "userunknown",
        "5.1.1",
    ),
    "exch2003b": (
        "From: postmaster@x.example\nSubject: Delivery Status Notification (Failure)",
        (
            "Your message did not reach some or all of the intended recipients.\n\n      Subject:      "
            "x\n      Sent:   4/29/2010 9:36 PM\n\nThe following recipient(s) could not be reached:\n\n"
            "      jane@acme.example on 4/29/2010 9:36 PM\n            The e-mail account does not "
            "exist at the organization this message was sent to.  Check the e-mail address, or "
            "contact the recipient directly to find out the correct address.\n            "
            "<mx.example.org #5.1.1 smtp;550 5.1.1 <jane@acme.example>... User Unknown>\n"
        ),
        "userunknown",
        "5.1.1",
    ),
    "exch2007de": (
        "From: postmaster@x.example\nSubject: Unzustellbar: x",
        (
            "Fehler bei der Nachrichtenzustellung an folgende Empfänger oder "
            "Verteilerlisten:\n\njane@acme.example\nDas Postfach des Empfängers ist "
            "voll.\n\nDiagnoseinformationen für Administratoren:\n\njane@acme.example\n#550 5.2.2 "
            "STOREDRV.Deliver; mailbox full ##\n"
        ),
        "mailboxfull",
        "5.2.2",
    ),
    "mimecast": (
        "From: Mail Delivery System <postmaster@mimecast.com>\nSubject: [Postmaster] Email Delivery Failure",
        (
            "Email Delivery Failure\n\nThis is a delivery failure notification message which indicates "
            "that\nan email you addressed to email address :\n-- jane@acme.example\n\ncould not be "
            "delivered. The problem appears to be :\n-- Recipient email address is possibly "
            "incorrect\n\nAdditional information follows :\n-- 5.4.1 [jane@acme.example]: Recipient "
            "address rejected: Access denied\n"
        ),
        "userunknown",
        "5.4.1",
    ),
    "mdaemon": (
        "From: MDaemon at x <postmaster@x.example>\nSubject: Warning: x - User unknown!",
        (
            "--- Session Transcript ---\n  Thu 2010: --> RCPT To:<jane@acme.example>\n  Thu 2010: <-- "
            "550 5.1.1 <jane@acme.example>, Recipient unknown\n --- End Transcript ---\n\nThe following "
            "address(es) failed: jane@acme.example\n"
        ),
        "userunknown",
        "5.1.1",
    ),
    "webde-quota": (
        'From: "Mail Delivery System" <mailer-daemon@web.de>\nSubject: Mail delivery failed: returning message to sender',
        (
            "The following address\nfailed:\n\njane@acme.example\n\nReason:\nquota exceeded\n\n--- The header"
            " of the original message is following. ---\n"
        ),
        "mailboxfull",
        "5.0.922",
    ),
    "imail-host": (
        "From: Postmaster <postmaster@x.example>\nSubject: Undeliverable Mail",
        ("unknown host: jane@acme.example\n\nOriginal message follows.\n\nReceived: x"),
        "hostunknown",
        "5.0.912",
    ),
    "fml": (
        "From: x-admin@example.org\nSubject: NOT MEMBER article from us@here.example (x ML)\nX-MLServer: fml",
        ("Hi,\n\nThe sender is not a member of this mailing list <jane@acme.example>.\n"),
        "rejected",
        "5.0.918",
    ),
    "yandex": (
        "From: mailer-daemon@yandex.ru\nSubject: =?utf-8?B?0J3QtdC00L7RgdGC0LDQstC70LXQvdC90L7QtQ==?=",
        (
            "This is the mail system at host x.yandex.net.\n\n<jane@acme.example>: host mx[192.0.2.1] "
            "said: 550 No such user!\n"
        ),
        "userunknown",
        "5.0.911",
    ),
    "trend": (
        "From: imss@x.example\nReturn-Path: <>\nSubject: Mail could not be delivered",
        (
            "****** Message from InterScan Messaging Security Suite ******\n\nSent >>> RCPT "
            "TO:<jane@acme.example>\nReceived <<< 550 5.1.1 <jane@acme.example>... User "
            "unknown\n\nUnable to deliver message to <jane@acme.example>\n"
        ),
        "userunknown",
        "5.1.1",
    ),
    "compuserve": (
        'From: "postmaster" <postmaster@compuserve.com>\nSubject: Undeliverable Message',
        (
            'Your message could not be delivered as addressed.\n\n"! Invalid receiver address: '
            'jane@acme.example"\n'
        ),
        "userunknown",
        None,
    ),
}


@pytest.mark.parametrize("mailer", REPORTS)
def test_every_mailer_names_who_failed_and_why(mailer: str):
    head, body, reason, status = REPORTS[mailer]
    mail = normalize(
        f"{head}\nTo: us@here.example\nContent-Type: text/plain; charset=utf-8\n\n{body}".encode()
    )
    assert mail.bounce
    [failed] = mail.bounce.recipients
    assert (failed.address, failed.reason) == ("jane@acme.example", reason)
    assert status is None or failed.status == status

"""What notify calls: the directory, the incidents service, mail servers and webhook endpoints."""

from services.notify.clients.directory import DirectoryNames
from services.notify.clients.email.channel import EmailChannel
from services.notify.clients.incidents import ReplyTokens, ServiceCallers
from services.notify.clients.webhook import HttpWebhooks

__all__ = ["DirectoryNames", "EmailChannel", "HttpWebhooks", "ReplyTokens", "ServiceCallers"]
